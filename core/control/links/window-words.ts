// What the windows of a link say about now, for a terminal and for explanations.
import type { Link } from './link.ts';
import { isOpen, nextChange } from './windows.ts';

/** `next window Mon 18:00`, `its window is open until Mon 18:15`; empty where nothing changes. Windows are in local time. */
export function windowWords({ windows }: Pick<Link, 'windows'>, nowMs: number): string {
  const now = new Date(nowMs);
  const change = nextChange(windows, now);
  if (!change) return '';
  const day = change.toLocaleString('en-GB', { weekday: 'short' });
  const time = change.toLocaleString('en-GB', { hour: '2-digit', minute: '2-digit' });
  return isOpen(windows, now) ? `its window is open until ${day} ${time}` : `next window ${day} ${time}`;
}
