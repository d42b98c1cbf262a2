// tai64nlocal: turns the stamps at the start of lines into local time.
import { localTimeLines } from '../../../core/log/tai64n-lines.ts';
import type { CommandIo } from '../command-io.ts';
import { filterLines } from './filter-lines.ts';

/** @returns 0 */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return filterLines(io, localTimeLines());
}
