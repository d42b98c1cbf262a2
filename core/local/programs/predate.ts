// predate: runs a program on a message with a Date field on top, in the local time of this machine.
import { formatLocalDate822 } from '../../lib/text/date822.ts';
import type { BuiltinProgram } from '../../paper-path/builtin-program.ts';
import { endAs, isCommand, usage } from './program-exit.ts';

const name = 'predate';

/** @returns the program's exit code; 111 if it could not be run */
export const predate: BuiltinProgram = async call => {
  const argv = call.args;
  if (!isCommand(argv)) return usage(call, `${name} child`);
  const end = await call.run({ argv, head: dateField(call.nowMs()) });
  return endAs(call, name, argv[0], typeof end === 'object' ? { ...end, temporary: true } : end);
};

/** `Date: 26 Nov 2026 11:20:03 +0100` and a line end. */
export function dateField(nowMs: number): string {
  return `Date: ${formatLocalDate822(nowMs)}\n`;
}
