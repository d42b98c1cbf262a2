// When a link may be used: days and hours, in local time.

/** On these days (0: Sunday), from `from` to `to`, both in minutes since midnight. `to` below `from`: it ends the next day. */
export interface UsageWindow {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayMinutes = 24 * 60;

/** `mon-fri 06:00-06:15`, `sat,sun 18:00-19:00`, `daily 22:00-06:00`. @returns undefined when it is none of these */
export function parseWindow(text: string): UsageWindow | undefined {
  const [dayText = '', hours = '', ...rest] = text.trim().toLowerCase().split(/\s+/);
  if (rest.length > 0) return undefined;
  const days = parseDays(dayText);
  const [from, to, ...others] = hours.split('-').map(parseTime);
  if (!days || others.length > 0 || from === undefined || to === undefined || from === to || from === dayMinutes)
    return undefined;
  return { days, from, to };
}

/** As it stands in a file. */
export function formatWindow({ days, from, to }: UsageWindow): string {
  const which = days.length === 7 ? 'daily' : days.map(day => dayNames[day]).join(',');
  return `${which} ${formatTime(from)}-${formatTime(to)}`;
}

/** Whether one of the windows is open; without windows it always is. */
export function isOpen(windows: readonly UsageWindow[], now: Date): boolean {
  if (windows.length === 0) return true;
  const minute = now.getHours() * 60 + now.getMinutes();
  const today = now.getDay();
  const yesterday = (today + 6) % 7;
  return windows.some(({ days, from, to }) =>
    from < to
      ? days.includes(today) && minute >= from && minute < to
      : (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to),
  );
}

/**
 * When the windows next open or close (whichever comes first): minutes are stepped through in local time, so that a change of
 * the clocks is counted right. @returns undefined when they never change
 */
export function nextChange(windows: readonly UsageWindow[], now: Date): Date | undefined {
  const open = isOpen(windows, now);
  const edges = windows.flatMap(({ from, to }) => [from, to]);
  let first: Date | undefined;
  for (let day = 0; day <= 8; day++) {
    for (const edge of edges) {
      const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() + day, 0, edge);
      if (at > now && isOpen(windows, at) !== open && (!first || at < first)) first = at;
    }
    if (first) return first;
  }
  return undefined;
}

function parseDays(text: string): number[] | undefined {
  if (text === 'daily') return [0, 1, 2, 3, 4, 5, 6];
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first, ...rest] = part.split('-');
    const [start, end] = [dayNames.indexOf(first), dayNames.indexOf(last)];
    if (start < 0 || end < 0 || rest.length > 0) return undefined;
    for (let day = start; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === end) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

function parseTime(text: string): number | undefined {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  const at = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && at <= dayMinutes ? at : undefined;
}

function formatTime(minutes: number): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
