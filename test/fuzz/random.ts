// Pseudo-random numbers: the same seed gives the same ones.

export interface Random {
  /** 0 to `limit` - 1; 0 for a limit of 0. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
}

/** Another row of numbers for every pair of seed and number. */
export function createRandom(seed: number, number: number): Random {
  let state = (Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(number + 1, 0xc2b2ae35)) >>> 0;

  // mulberry32: small, and good enough to bend sessions.
  function nextBits(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  }

  const below = (limit: number): number => (limit <= 0 ? 0 : nextBits() % limit);
  return { below, pick: from => from[below(from.length)] as (typeof from)[number] };
}
