// Copies standard input to standard output through a function that changes lines.
import { write } from '../../../core/lib/write.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 at the end of the input */
export async function filterLines(
  { stdin, stdout }: CommandIo,
  change: (piece: Uint8Array) => string,
): Promise<number> {
  for await (const piece of stdin) await write(stdout, Buffer.from(change(piece as Uint8Array), 'latin1'));
  return 0;
}
