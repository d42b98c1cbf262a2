// Runs the programs that are named in the files of fastforward and dot-forward.

import { reasonOf } from '../../lib/user-error.ts';
import type { ProgramCall } from '../../paper-path/builtin-program.ts';
import { permanentExitCodes } from '../../paper-path/exit-codes.ts';
import { fatal } from './program-exit.ts';

/** A program of a forwarding instruction. */
export interface ShellCommand {
  readonly command: string;
  /** The whole instruction, for error texts. */
  readonly written: string;
  /** Whether the lines `From `, `Return-Path:` and `Delivered-To:` are added on top of the message. */
  readonly withLines: boolean;
}

/**
 * Runs it on the whole message, and rewinds the message afterwards.
 * @param name of the calling program
 * @returns 0 success, 100 permanent failure, 111 temporary failure
 */
export async function runCommand(
  call: ProgramCall,
  name: string,
  { command, written, withLines }: ShellCommand,
): Promise<number> {
  const { UFLINE = '', RPLINE = '', DTLINE = '' } = call.env;
  const head = withLines ? { head: UFLINE + RPLINE + DTLINE } : {};
  const end = await call.run({ argv: ['/bin/sh', '-c', command], ...head });
  if (end === 'crashed') return fatal(call, name, 111, `child crashed in ${written}`);
  if (typeof end === 'object') return fatal(call, name, 111, `unable to run ${written}: ${end.why}`);
  if (end !== 0) return permanentExitCodes.has(end) ? 100 : 111;
  try {
    call.input.rewind();
    return 0;
  } catch (error) {
    return fatal(call, name, 111, `unable to rewind input: ${reasonOf(error)}`);
  }
}
