// addcr and delcr: line ends from standard input to standard output; fixcrio: both ways between the network and a program.
import { pipeline } from 'node:stream/promises';
import {
  createCrAdder,
  createCrFixer,
  createCrRemover,
  type LineFilter,
  through,
} from '../../../core/lib/text/line-ends.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { Run } from '../command.ts';
import { runFiltered } from './filter-program.ts';

/** A CR before every LF. @returns 0, or 111 when reading or writing fails */
export const addcr: Run = (_args, io) => copy(io, createCrAdder());

/** One CR less before every LF. @returns as addcr does */
export const delcr: Run = (_args, io) => copy(io, createCrRemover());

/** A CR before every LF that has none, both ways. @returns the program's exit code */
export const fixcrio: Run = (args, io) => runFiltered(args, io, createCrFixer);

async function copy(io: Parameters<Run>[1], filter: LineFilter): Promise<number> {
  try {
    await pipeline(io.stdin, through(filter), io.stdout, { end: false });
    return 0;
  } catch (error) {
    io.stderr.write(`${io.programName}: fatal: ${reasonOf(error)}\n`);
    return 111;
  }
}
