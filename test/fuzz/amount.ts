// How much the fuzzers do: a short form within `npm test`, the full one by `npm run fuzz` (WAYPOST_FUZZ=full). Every run has
// its own seed, which is printed; WAYPOST_FUZZ_SEED repeats one.
import { randomInt } from 'node:crypto';

export const isFull = process.env.WAYPOST_FUZZ === 'full';

export const seed = Number(process.env.WAYPOST_FUZZ_SEED ?? randomInt(2 ** 31));

/** Numbers from 0 up to (not including) `below`; the same ones for the same seed. */
export type Random = (below: number) => number;

/** A small generator of its own: a run is to be repeatable with any Node. */
export function createRandom(from = seed): Random {
  let state = from >>> 0;
  return below => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) % below;
  };
}
