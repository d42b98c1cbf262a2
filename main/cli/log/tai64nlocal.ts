// tai64nlocal: makes the stamps at the beginning of lines readable, as local time.
import { localTimeLines } from '../../../core/log/tai64n-lines.ts';
import type { CommandIo } from '../command-io.ts';
import { filterLines } from './filter-lines.ts';

/** @returns 0 */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return filterLines(io, localTimeLines());
}
