// condredirect: forwards the message to another address if a program succeeds, and skips the rest of the .qmail file.

import { reasonOf } from '../../lib/user-error.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { forwardAs } from './forward.ts';
import { fatal, isCommand, usage } from './program-exit.ts';
import { runCondition } from './run-condition.ts';

const name = 'condredirect';

/** @returns 99 forwarded, 0 not forwarded, 100 permanent failure, 111 try again */
export const condredirect: BuiltinProgram = async call => {
  const [address, ...argv] = call.args;
  if (address === undefined || !isCommand(argv)) return usage(call, `${name} newaddress program [ arg ... ]`);
  const answer = await runCondition(call, name, argv);
  if (answer !== 'yes') return answer === 'no' ? 0 : answer;
  try {
    call.input.rewind();
  } catch (error) {
    return fatal(call, name, 111, `unable to rewind: ${reasonOf(error)}`);
  }
  const { SENDER: sender, DTLINE: dtLine } = call.env;
  if (sender === undefined) return fatal(call, name, 100, 'SENDER not set');
  if (dtLine === undefined) return fatal(call, name, 100, 'DTLINE not set');
  return forwardAs(call, name, dtLine, { sender, recipients: [address] }, 99);
};
