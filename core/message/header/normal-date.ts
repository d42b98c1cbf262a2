// Parses dates in header fields as mess822 does, in all historical formats, and writes them in one format.
import { listTokens } from './normal-list.ts';

/** A date as it was written, without any normalisation. */
export interface WrittenDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** Minutes east of UTC; undefined: `-0000`, unknown. */
  readonly zoneMinutes: number | undefined;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const zones: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  bst: 60,
  cet: 60,
  met: 60,
  eet: 120,
  ist: 120,
  metdst: 120,
  hkt: 480,
  jst: 540,
  edt: -240,
  est: -300,
  cdt: -300,
  cst: -360,
  mdt: -360,
  mst: -420,
  pdt: -420,
  pst: -480,
};

/** `29 Aug 1996 14:04:52 CDT`, with optional seconds and `DST`: the words after the last comma or semicolon. */
const form = /^ ([+-]?\d+) (\w+) (\d+) ([+-]?\d+):+ ([+-]?\d+)(?::+ ([+-]?\d+))? ([^ :]+)( dst)?/;

/** @param value of a field, without line ends @returns undefined if it is not a date */
export function readDate(value: string): WrittenDate | undefined {
  const tokens = listTokens(value);
  const last = tokens.findLastIndex(({ kind }) => kind === ',' || kind === ';');
  const words = tokens
    .slice(last > 0 ? last + 1 : 0)
    .map(({ kind, text }) => (kind === 'word' ? ` ${text.toLowerCase()}` : kind === ':' ? ':' : ''))
    .join('');
  const [, day, monthName = '', year, hour, minute, second = '0', zone = '', dst] = form.exec(words) ?? [];
  const month = months.indexOf(monthName) + 1;
  const zoneMinutes = readZone(zone);
  if (day === undefined || month === 0 || zoneMinutes === 'unknown') return undefined;
  return {
    year: fullYear(Number(year)),
    month,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    zoneMinutes: dst === undefined || zoneMinutes === undefined ? zoneMinutes : zoneMinutes + 60,
  };
}

function fullYear(year: number): number {
  const guessed = year < 50 ? year + 2000 : year;
  return guessed < 999 ? guessed + 1900 : guessed;
}

function readZone(zone: string): number | undefined | 'unknown' {
  if (zone === '-0000') return undefined;
  if (Object.hasOwn(zones, zone)) return zones[zone];
  if (!/^[+-]?\d+$/.test(zone)) return 'unknown';
  const number = Math.abs(Number(zone));
  const minutes = Math.trunc(number / 100) * 60 + (number % 100);
  return zone.startsWith('-') ? -minutes : minutes;
}

/** The date of a moment, in UTC, with an unknown time zone. */
export function dateOfMoment(atMs: number): WrittenDate {
  const d = new Date(atMs);
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    zoneMinutes: undefined,
  };
}

/** The moment of a date. */
export function momentOfDate({ year, month, day, hour, minute, second, zoneMinutes = 0 }: WrittenDate): number {
  const at = new Date(0);
  at.setUTCFullYear(year, month - 1, day);
  at.setUTCHours(hour, minute - zoneMinutes, second);
  return at.getTime();
}

/** `d Mon yyyy hh:mm:ss ±zzzz`. */
export function formatDate({ year, month, day, hour, minute, second, zoneMinutes }: WrittenDate): string {
  return `${day} ${monthNames[month - 1]} ${year} ${two(hour)}:${two(minute)}:${two(second)} ${formatZone(zoneMinutes)}`;
}

/** `yyyymmddhhmmss`, for Message-ID fields. */
export function idTimestampOfDate({ year, month, day, hour, minute, second }: WrittenDate): string {
  return `${year}${[month, day, hour, minute, second].map(two).join('')}`;
}

/** `±hhmm`. */
export function formatZone(zoneMinutes: number | undefined): string {
  if (zoneMinutes === undefined) return '-0000';
  const minutes = Math.abs(zoneMinutes);
  return `${zoneMinutes < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}${two(minutes % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
