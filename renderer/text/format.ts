// Dates, durations and sizes as the window writes them. Pure: the current time is passed in.
import type { Invitation } from '../../core/api/mail.ts';
import { text } from './en.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const formats = {
  clock: new Intl.DateTimeFormat(text.locale, { hour: '2-digit', minute: '2-digit' }),
  weekday: new Intl.DateTimeFormat(text.locale, { weekday: 'short' }),
  day: new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'short' }),
  year: new Intl.DateTimeFormat(text.locale, { day: 'numeric', month: 'short', year: 'numeric' }),
  full: new Intl.DateTimeFormat(text.locale, { dateStyle: 'full', timeStyle: 'long' }),
};

function startOfDay(ms: number): number {
  return new Date(ms).setHours(0, 0, 0, 0);
}

/** `10:42` in the reader's zone. */
export function clockTime(ms: number): string {
  return formats.clock.format(ms);
}

/** The shortest date that is clear in a list: `10:42`, `Tue`, `3 Mar`, `3 Mar 2024`. */
export function listDate(ms: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(ms)) / dayMs);
  if (days === 0) return clockTime(ms);
  if (days > 0 && days < 7) return formats.weekday.format(ms);
  return new Date(ms).getFullYear() === new Date(nowMs).getFullYear()
    ? formats.day.format(ms)
    : formats.year.format(ms);
}

/** `Today 10:42`, `Yesterday 23:01`, `3 Mar 2024 10:42`. */
export function longDate(ms: number, nowMs: number): string {
  const days = Math.round((startOfDay(nowMs) - startOfDay(ms)) / dayMs);
  if (days === 0) return text.time.today(clockTime(ms));
  if (days === 1) return text.time.yesterday(clockTime(ms));
  return `${formats.year.format(ms)} ${clockTime(ms)}`;
}

const written = {
  day: new Intl.DateTimeFormat(text.locale, { dateStyle: 'full', timeZone: 'UTC' }),
  moment: new Intl.DateTimeFormat(text.locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }),
  own: new Intl.DateTimeFormat(text.locale, { dateStyle: 'full', timeStyle: 'short' }),
};

type CalendarTime = NonNullable<Invitation['start']>;

/** `Tuesday, 1 December 2026, 10:00 – 11:00 (Europe/Berlin)`: on the calendar's clocks; what is in UTC on the reader's. */
export function calendarSpan(start: CalendarTime, end: CalendarTime | null): string {
  const isDay = !start.local.includes('T');
  const format = isDay ? written.day : start.zone === 'UTC' ? written.own : written.moment;
  if (end !== null && (end.zone !== start.zone || end.local.includes('T') === isDay)) {
    return text.reader.between(calendarSpan(start, null), calendarSpan(end, null));
  }
  const from = calendarMs(start);
  if (Number.isNaN(from)) return start.local;
  // A day that ends it is not part of it (RFC 5545 section 3.6.1).
  const to = end === null ? from : Math.max(from, calendarMs(end) - (isDay ? dayMs : 0));
  const when = to > from ? format.formatRange(from, to) : format.format(from);
  return start.zone === '' || start.zone === 'UTC' ? when : text.reader.inZone(when, start.zone);
}

function calendarMs({ local }: CalendarTime): number {
  return Date.parse(local.includes('T') ? `${local}Z` : local);
}

/** As `longDate`, in the middle of a sentence: `today 10:42`. */
export function dateWithin(ms: number, nowMs: number): string {
  const date = longDate(ms, nowMs);
  return date.slice(0, 1).toLocaleLowerCase(text.locale) + date.slice(1);
}

/** Date and time in full, for a tooltip. */
export function fullDate(ms: number): string {
  return formats.full.format(ms);
}

/** A time in the future: `10:58`, with the day if it is not today. */
export function nextTime(ms: number, nowMs: number): string {
  const sameDay = startOfDay(ms) === startOfDay(nowMs);
  return sameDay ? clockTime(ms) : `${formats.weekday.format(ms)} ${clockTime(ms)}`;
}

/** `40 s`, `16 min`, `2 h 10 min`, `3 d 4 h`; never negative. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return text.time.seconds(seconds);
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return text.time.minutes(minutes);
  if (minutes < 48 * 60) return text.time.hours(Math.floor(minutes / 60), minutes % 60);
  const hours = Math.round(minutes / 60);
  return text.time.days(Math.floor(hours / 24), hours % 24);
}

/** `812 B`, `182 kB`, `1.2 MB` (powers of 1000). */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${text.size.B}`;
  let value = bytes / 1000;
  const units = [text.size.kB, text.size.MB, text.size.GB];
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `127.0.0.1:2525`, `[::1]:2525` */
export function listener(where: { readonly address: string; readonly port: number }): string {
  return where.address.includes(':') ? `[${where.address}]:${where.port}` : `${where.address}:${where.port}`;
}
