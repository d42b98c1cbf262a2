// bouncesaying: bounces the message with a text, unconditionally or if a program succeeds.
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { isCommand, usage } from './program-exit.ts';
import { runCondition } from './run-condition.ts';

const name = 'bouncesaying';

/** @returns 100 bounce, 0 continue, 111 try again */
export const bouncesaying: BuiltinProgram = async call => {
  const [text, ...argv] = call.args;
  if (text === undefined) return usage(call, `${name} error [ program [ arg ... ] ]`);
  const answer = isCommand(argv) ? await runCondition(call, name, argv) : 'yes';
  if (answer !== 'yes') return answer === 'no' ? 0 : answer;
  call.err(`${text}\n`);
  return 100;
};
