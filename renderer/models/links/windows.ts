// The hours in which a link may be used, as a week of minutes: read from the window lines of its file, edited hour by hour, and
// written as few lines. Pure.

/** On these days (0: Sunday), from `from` to `to`, both in minutes since midnight. `to` below `from`: it ends the next day. */
export interface UsageWindow {
  readonly days: readonly number[];
  readonly from: number;
  readonly to: number;
}

export interface Hour {
  /** 0: Sunday. */
  readonly day: number;
  readonly hour: number;
}

export type HourState = 'open' | 'part' | 'shut';

/** Sunday's first minute is 0; 1: open. */
type Week = Uint8Array;

const dayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const dayMinutes = 24 * 60;
const weekMinutes = 7 * dayMinutes;
/** The week as the window shows it. */
export const weekDays: readonly number[] = [1, 2, 3, 4, 5, 6, 0];

/** The same lines as the host takes (core/control/links/windows.ts). @returns undefined when it is no window */
export function parseWindow(value: string): UsageWindow | undefined {
  const [dayText = '', hours = '', ...rest] = value.trim().toLowerCase().split(/\s+/);
  const days = parseDays(dayText);
  const [from, to, ...others] = hours.split('-').map(parseTime);
  if (!days || rest.length > 0 || others.length > 0 || from === undefined || to === undefined) return undefined;
  return from === to || from === dayMinutes ? undefined : { days, from, to };
}

/** `mon-fri 06:00-06:15` */
export function formatWindow({ days, from, to }: UsageWindow): string {
  return `${formatDays(days)} ${formatTime(from)}-${formatTime(to)}`;
}

/** The state of each hour of a day, for the seven days from Sunday on. */
export function hoursOf(windows: readonly UsageWindow[]): HourState[][] {
  const week = weekOf(windows);
  return dayNames.map((_, day) => Array.from({ length: 24 }, (_, hour) => stateOf(week, { day, hour })));
}

/** The same windows with these hours open, or shut. */
export function withHours(windows: readonly UsageWindow[], hours: readonly Hour[], open: boolean): UsageWindow[] {
  const week = weekOf(windows);
  for (const { day, hour } of hours) {
    const from = (day * 24 + hour) * 60;
    week.fill(open ? 1 : 0, from, from + 60);
  }
  return windowsOf(week);
}

function weekOf(windows: readonly UsageWindow[]): Week {
  const week = new Uint8Array(weekMinutes);
  for (const { days, from, to } of windows) {
    const length = to > from ? to - from : to - from + dayMinutes;
    for (const day of days) {
      for (let minute = 0; minute < length; minute += 1) week[(day * dayMinutes + from + minute) % weekMinutes] = 1;
    }
  }
  return week;
}

function stateOf(week: Week, { day, hour }: Hour): HourState {
  const minutes = week.subarray((day * 24 + hour) * 60, (day * 24 + hour + 1) * 60);
  const open = minutes.reduce((sum, minute) => sum + minute, 0);
  return open === 0 ? 'shut' : open === 60 ? 'open' : 'part';
}

/** Days with the same hours share a line; a night is one window, which ends the next day. */
function windowsOf(week: Week): UsageWindow[] {
  const runs = dayNames.map((_, day) => runsOf(week.subarray(day * dayMinutes, (day + 1) * dayMinutes)));
  const found = new Map<string, { days: number[]; from: number; to: number }>();
  /** Days whose first run belongs to the night before. */
  const joined = new Set<number>();
  for (const day of weekDays) {
    const last = runs[day]?.at(-1);
    const next = (day + 1) % 7;
    const first = runs[next]?.[0];
    if (last?.to === dayMinutes && first?.from === 0 && first.to < last.from) {
      joined.add(next);
      runs[day]?.splice(-1, 1, { from: last.from, to: first.to });
    }
  }
  for (const day of weekDays) {
    for (const { from, to } of runs[day]?.slice(joined.has(day) ? 1 : 0) ?? []) {
      const window = found.get(`${from}-${to}`) ?? { days: [], from, to };
      window.days.push(day);
      found.set(`${from}-${to}`, window);
    }
  }
  return [...found.values()];
}

function runsOf(minutes: Uint8Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let from = minutes.indexOf(1); from >= 0; ) {
    const end = minutes.indexOf(0, from);
    const to = end < 0 ? dayMinutes : end;
    runs.push({ from, to });
    from = end < 0 ? -1 : minutes.indexOf(1, end);
  }
  return runs;
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
