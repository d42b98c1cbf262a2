// recordio: runs a network program, and writes both sides of the conversation to standard error.
import { recordOf, recordOfEnd } from '../../../core/ucspi/record.ts';
import type { CommandIo } from '../command-io.ts';
import { runFiltered } from './filter-program.ts';

/** @returns the program's exit code; 100 wrong usage, 111 it cannot be run */
export function run(args: readonly string[], io: CommandIo): Promise<number> {
  return runFiltered(args, io, (direction, pid) => ({
    push(piece) {
      const raw = Buffer.from(piece);
      io.stderr.write(recordOf(raw, pid, direction));
      return raw;
    },
    end() {
      io.stderr.write(recordOfEnd(pid, direction));
      return Buffer.alloc(0);
    },
  }));
}
