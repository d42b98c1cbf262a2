// forward: forwards the message to other addresses, from a .qmail line, as a new message with the sender $NEWSENDER.

import { reasonOf } from '../../lib/user-error.ts';
import type { BuiltinProgram, ProgramCall, Queued } from '../../paper-path/builtin-program.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import { fatal } from './program-exit.ts';

/** @returns 0 queued, 100 permanent failure, 111 try again */
export const forward: BuiltinProgram = async call => {
  const { NEWSENDER: sender, DTLINE: dtLine } = call.env;
  if (sender === undefined) return fatal(call, 'forward', 100, 'NEWSENDER not set');
  if (dtLine === undefined) return fatal(call, 'forward', 100, 'DTLINE not set');
  return forwardAs(call, 'forward', dtLine, { sender, recipients: call.args }, 0);
};

/**
 * Queues the message with `head` on top and reports it, for all programs that forward.
 * @param name of the calling program
 * @param success its exit code if the message was queued
 */
export async function forwardAs(
  call: ProgramCall,
  name: string,
  head: string,
  envelope: Envelope,
  success: number,
): Promise<number> {
  let queued: Queued;
  try {
    queued = await call.forward(head, envelope);
  } catch (error) {
    return fatal(call, name, 111, `unable to read message: ${reasonOf(error)}`);
  }
  if (!queued.ok) return fatal(call, name, queued.permanent ? 100 : 111, queued.text);
  call.err(`${name}: qp ${queued.qp}\n`);
  return success;
}
