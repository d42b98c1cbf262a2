// TAI64N time stamps, as multilog and tai64n write them: `@` and 24 hex digits, seconds since 1970 TAI and nanoseconds.

const epoch = 2n ** 62n;
/** TAI was 10 s ahead of UTC in 1970; like tai64n(8), leap seconds since are not added. */
const taiOffsetSec = 10n;

/** `@4000000065f0…` for a time in milliseconds since 1970. */
export function formatTai64n(atMs: number): string {
  const seconds = epoch + taiOffsetSec + BigInt(Math.floor(atMs / 1000));
  const nanoseconds = Math.floor((atMs % 1000) * 1e6);
  return `@${seconds.toString(16).padStart(16, '0')}${nanoseconds.toString(16).padStart(8, '0')}`;
}

/** The time of a stamp in milliseconds since 1970; undefined when it is not one. */
export function parseTai64n(stamp: string): number | undefined {
  const match = /^@([0-9a-f]{16})([0-9a-f]{8})$/.exec(stamp);
  if (!match) return undefined;
  const seconds = BigInt(`0x${match[1]}`) - epoch - taiOffsetSec;
  return Number(seconds) * 1000 + Math.floor(Number.parseInt(match[2] as string, 16) / 1e6);
}
