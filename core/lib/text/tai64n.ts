// TAI64N time stamps, as multilog and tai64n write them: `@` and 24 hex digits, seconds since 1970 TAI and nanoseconds.
import { localSecond } from './local-time.ts';

const epoch = 2n ** 62n;
/** TAI was 10 s ahead of UTC in 1970; like tai64n(8), leap seconds since are not added. */
const taiOffsetSec = 10n;

/** `@4000000065f0…` for a time in milliseconds since 1970. */
export function formatTai64n(atMs: number): string {
  const seconds = epoch + taiOffsetSec + BigInt(Math.floor(atMs / 1000));
  const nanoseconds = Math.floor((atMs % 1000) * 1e6);
  return `@${seconds.toString(16).padStart(16, '0')}${nanoseconds.toString(16).padStart(8, '0')}`;
}

const stampForm = /^@[0-9a-f]{24}$/;
const taiStart = 0x4000_0000;

/** The time of a stamp in milliseconds since 1970; undefined when it is not one. */
export function parseTai64n(stamp: string): number | undefined {
  if (!stampForm.test(stamp)) return undefined;
  // In two halves: a log has very many stamps, and a bigint is slow.
  const high = Number.parseInt(stamp.slice(1, 9), 16) - taiStart;
  const seconds = high * 2 ** 32 + Number.parseInt(stamp.slice(9, 17), 16) - 10;
  return seconds * 1000 + Math.floor(Number.parseInt(stamp.slice(17), 16) / 1e6);
}

/**
 * The local time of a stamp, as tai64nlocal writes it: `1999-08-24 04:04:05.787492500`.
 * @param stamp `@` and any number of hex digits, of which the last eight are the nanoseconds
 */
export function localTimeOfStamp(stamp: string): string {
  const digits = stamp.slice(1).padStart(24, '0');
  const seconds = BigInt.asUintN(64, BigInt(`0x${digits.slice(0, -8)}`)) - epoch - taiOffsetSec;
  const nanoseconds = Number.parseInt(digits.slice(-8), 16);
  const ms = Number(seconds) * 1000;
  if (Number.isNaN(new Date(ms).getTime())) return stamp;
  return `${localSecond(ms)}.${String(nanoseconds).padStart(9, '0')}`;
}
