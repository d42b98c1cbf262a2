// When a link may be used, in local time.
import type { UsageWindow } from '../../api/link-grammar.ts';

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
