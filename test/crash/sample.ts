// The suite's two forms: short, within `npm test`, with an even sample of the points; full (`npm run crash`), all of them. The
// sample starts at another point each time; the printed seed repeats it: WAYPOST_CRASH_SEED.

export const isFull = process.env.WAYPOST_CRASH === 'full';
export const seed = Number(process.env.WAYPOST_CRASH_SEED ?? Math.floor(Math.random() * 1000));

/** Which of the points 1, 2, 3… are tried: all in full, else about `wanted` of `points`, evenly, moved by the seed. */
export function* points(wanted: number, total: number): Generator<number> {
  const step = isFull ? 1 : Math.max(1, total / wanted);
  const first = isFull ? 0 : ((seed % 1000) / 1000) * step;
  for (let at = first; at < total; at += step) yield Math.floor(at) + 1;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
