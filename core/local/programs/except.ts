// except: reverses the exit code of a program.
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { isCommand, usage } from './program-exit.ts';
import { runCondition } from './run-condition.ts';

const name = 'except';

/** @returns 100 the program succeeded, 0 it failed, 111 try again */
export const except: BuiltinProgram = async call => {
  if (!isCommand(call.args)) return usage(call, `${name} program [ arg ... ]`);
  const answer = await runCondition(call, name, call.args);
  if (answer === 'yes') return 100;
  return answer === 'no' ? 0 : answer;
};
