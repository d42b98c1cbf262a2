// How much a fuzzer does: within npm test a little, always the same; with npm run fuzz a lot, from a seed of its own.

export interface FuzzSettings {
  readonly seed: number;
  readonly sessions: number;
}

/** @param usual how many sessions within npm test */
export function fuzzSettings(usual = 500): FuzzSettings {
  const { WAYPOST_FUZZ_SESSIONS, WAYPOST_FUZZ_SEED } = process.env;
  return { seed: Number(WAYPOST_FUZZ_SEED ?? 1), sessions: Number(WAYPOST_FUZZ_SESSIONS ?? usual) };
}
