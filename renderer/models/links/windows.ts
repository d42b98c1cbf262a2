// The hours in which a link may be used, as a week of minutes: made from the windows of its file, edited hour by hour, and made
// into few windows again. Pure.
import { dayMinutes, dayNames, type UsageWindow, weekDays } from '../../../core/api/link-grammar.ts';

export interface Hour {
  /** 0: Sunday. */
  readonly day: number;
  readonly hour: number;
}

export type HourState = 'open' | 'part' | 'shut';

/** Sunday's first minute is 0; 1: open. */
type Week = Uint8Array;

const weekMinutes = 7 * dayMinutes;

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
