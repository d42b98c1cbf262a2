// How the time of a parser grows with its input. A busy machine does not matter: what looks slow is measured again in
// processor time, several times over, and the least counts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeats } from './repeats.ts';

/** A parser of strangers' bytes. */
export interface Subject {
  /** Its file and the functions that are tried. */
  readonly name: string;
  /** It gets a byte string (every character is one byte). */
  readonly run: (bytes: string) => unknown;
  /** The text around the repetitions, where this parser reads them. Undefined: there is none. */
  readonly frames?: readonly Frame[];
  /** What is repeated; without: everything. */
  readonly units?: readonly string[];
}

export type Frame = readonly [before: string, after: string];

export const alone: Frame = ['', ''];

const sizesKb = [4, 16, 64] as const;

/** A parser that needs less for 16 KB is safe: the worst would take a minute for a mebibyte, which no deadline allows. */
const enoughMs = 10;
/** Nothing that is linear takes so long for 16 KB, however busy the machine. */
const tooMuchMs = 300;
/** Four times the input takes four times the time if it is linear, and sixteen times if it is quadratic. */
const most = 8;
const attempts = 4;

/** One test for each: no repeats may take more than time that grows with their length. */
export function demandLinear(subjects: readonly Subject[]): void {
  for (const { name, run, frames = [alone], units = repeats } of subjects) {
    test(`${name}: repeats → time grows with the length`, async () => {
      const bad: string[] = [];
      for (const frame of frames) {
        for (const unit of units) {
          const why = await superlinear(run, unit, frame);
          if (why !== undefined) bad.push(`${JSON.stringify(frame)} with ${JSON.stringify(unit)} repeated: ${why}`);
        }
      }
      assert.deepEqual(bad, []);
    });
  }
}

/** Why this parser is not linear for this input; undefined: it is. */
export async function superlinear(run: Subject['run'], unit: string, frame: Frame): Promise<string | undefined> {
  const [little, much, more] = sizesKb.map(kb => input(unit, kb * 1024, frame)) as [string, string, string];
  if ((await processorMs(run, much, 1)) < enoughMs) return undefined;
  let [littleMs, muchMs, moreMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < attempts; attempt++) {
    muchMs = Math.min(muchMs, await processorMs(run, much));
    if (muchMs < enoughMs) return undefined;
    littleMs = Math.min(littleMs, await processorMs(run, little));
    if (muchMs < most * littleMs) return undefined;
    if (muchMs > tooMuchMs) break;
    // A jump that does not go on is the collector of garbage, which has work from some size on.
    moreMs = Math.min(moreMs, await processorMs(run, more));
    if (moreMs < most * muchMs) return undefined;
  }
  return `${littleMs.toFixed(1)} ms for 16 KB, ${muchMs.toFixed(1)} ms for 64 KB, ${moreMs.toFixed(1)} ms for 256 KB`;
}

function input(unit: string, sizeBytes: number, [before, after]: Frame): string {
  return before + unit.repeat(Math.ceil(sizeBytes / unit.length)) + after;
}

/** Processor time of this thread for one run, as the mean of some. Some systems count it in steps of 4 or 10 ms. */
async function processorMs(run: Subject['run'], bytes: string, mostRuns = 100): Promise<number> {
  const before = process.threadCpuUsage();
  for (let runs = 1; ; runs++) {
    await run(bytes);
    const { user, system } = process.threadCpuUsage(before);
    const total = (user + system) / 1000;
    if (total >= 40 || runs === mostRuns) return total / runs;
  }
}
