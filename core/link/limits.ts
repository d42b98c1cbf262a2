// What is used of a link on one day, in local time, and what its limits leave.
import type { Link } from '../control/links/link.ts';
import type { SavedState } from './state/saved-state.ts';

type Today = SavedState['today'];
const minuteMs = 60_000;

function dayOf(atMs: number): string {
  const date = new Date(atMs);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** When the next day begins. */
export function nextDayMs(atMs: number): number {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}

/** Of this day; nothing on a new one. */
export function usedToday(today: Today, nowMs: number): Today {
  const day = dayOf(nowMs);
  return today.day === day ? today : { day, ms: 0, bytes: 0 };
}

export function withUse(today: Today, nowMs: number, ms: number, bytes: number): Today {
  const used = usedToday(today, nowMs);
  return { ...used, ms: used.ms + ms, bytes: used.bytes + bytes };
}

export function isSpent({ limits }: Pick<Link, 'limits'>, today: Today, nowMs: number): boolean {
  const { ms, bytes } = usedToday(today, nowMs);
  return ms >= minutes(limits.dayMinutes) || bytes >= (limits.dayBytes ?? Number.POSITIVE_INFINITY);
}

interface ContactLimit {
  readonly most: number;
  readonly why: string;
}

/** The most that one contact may take and move. */
export interface ContactLimits {
  readonly ms: ContactLimit;
  readonly bytes: ContactLimit;
}

/** How much the next contact may use. @param isForced a person wants it: only the limits of one contact count */
export function contactLimits(
  { limits }: Pick<Link, 'limits'>,
  today: Today,
  nowMs: number,
  isForced: boolean,
): ContactLimits {
  const { ms, bytes } = usedToday(today, nowMs);
  const dayMs = isForced ? Number.POSITIVE_INFINITY : minutes(limits.dayMinutes) - ms;
  const dayBytes = isForced ? Number.POSITIVE_INFINITY : (limits.dayBytes ?? Number.POSITIVE_INFINITY) - bytes;
  return {
    ms: tighter(minutes(limits.contactMinutes), dayMs),
    bytes: tighter(limits.contactBytes ?? Number.POSITIVE_INFINITY, dayBytes),
  };
}

/** @returns the smaller of two limits, and what is said when it is reached */
function tighter(contact: number, day: number): ContactLimit {
  return day < contact
    ? { most: day, why: "the day's limit is reached" }
    : { most: contact, why: 'the limit of a contact is reached' };
}

function minutes(limit: number | undefined): number {
  return limit === undefined ? Number.POSITIVE_INFINITY : limit * minuteMs;
}
