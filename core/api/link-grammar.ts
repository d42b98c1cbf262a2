// How the file of a link is written, as host and window both read it: its name, a word and its value on each line, and the
// hours of a window.

/** Lower case, digits and `_`: no `-`, which separates the name from the address in `link-NAME-user@host`. */
export const linkName = /^[a-z0-9_]{1,32}$/;

/** In characters. */
export const longestLinkFile = 65_536;

/** The first word of a line or a value, and what follows the blanks after it. */
export function firstWord(text: string): { readonly word: string; readonly rest: string } {
  const trimmed = text.trim();
  const end = trimmed.search(/\s/);
  return end < 0 ? { word: trimmed, rest: '' } : { word: trimmed.slice(0, end), rest: trimmed.slice(end).trimStart() };
}

/** On these days (0: Sunday), from `from` to `to`, both in minutes since midnight. `to` below `from`: it ends the next day. */
export interface UsageWindow {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

export const dayNames: readonly string[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
export const dayMinutes = 24 * 60;
/** The week as people write it. */
export const weekDays: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** `mon-fri 06:00-06:15`, `sat,sun 18:00-19:00`, `daily 22:00-06:00`. @returns undefined when it is none of these */
export function parseWindow(text: string): UsageWindow | undefined {
  const [dayText = '', hours = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  const days = parseDays(dayText);
  const [from, to, ...others] = hours.split('-').map(parseTime);
  if (!days || rest.length > 0 || others.length > 0 || from === undefined || to === undefined) return undefined;
  return from === to || from === dayMinutes ? undefined : { days, from, to };
}

/** As a line of the file has it: `mon-fri 06:00-06:15`. */
export function formatWindow({ days, from, to }: UsageWindow): string {
  return `${formatDays(days)} ${formatTime(from)}-${formatTime(to)}`;
}

function parseDays(days: string): number[] | undefined {
  if (days === 'daily') return [0, 1, 2, 3, 4, 5, 6];
  const found = new Set<number>();
  for (const part of days.split(',')) {
    const [first = '', last = first, ...rest] = part.split('-');
    const [start, end] = [dayNames.indexOf(first), dayNames.indexOf(last)];
    if (start < 0 || end < 0 || rest.length > 0) return undefined;
    for (let day = start; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === end) break;
    }
  }
  return [...found].sort((a, b) => a - b);
}

/** Three or more days in a row are written as a range. */
function formatDays(days: readonly number[]): string {
  if (days.length === 7) return 'daily';
  const parts: string[] = [];
  const week = weekDays.filter(day => days.includes(day));
  for (let at = 0; at < week.length; ) {
    let end = at;
    while (end + 1 < week.length && weekDays.indexOf(week[end + 1] ?? 0) === weekDays.indexOf(week[end] ?? 0) + 1) {
      end += 1;
    }
    const names = week.slice(at, end + 1).map(day => dayNames[day] ?? '');
    parts.push(...(names.length > 2 ? [`${names[0]}-${names.at(-1)}`] : names));
    at = end + 1;
  }
  return parts.join(',');
}

function parseTime(time: string): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(time) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && at <= dayMinutes ? at : undefined;
}

function formatTime(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
