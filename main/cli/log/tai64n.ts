// tai64n: puts a time stamp before every line of standard input.
import { tai64nLines } from '../../../core/log/tai64n-lines.ts';
import type { CommandIo } from '../command-io.ts';
import { filterLines } from './filter-lines.ts';

/** @returns 0 */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return filterLines(io, tai64nLines(Date.now));
}
