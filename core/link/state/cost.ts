// What the use of a link costs.
import type { Link } from '../../control/links/link.ts';

const minuteMs = 60_000;

/** In the link's currency; null: it costs nothing. */
export function costOf({ cost }: Pick<Link, 'cost'>, ms: number, bytes: number): number | null {
  const { perMinute, perMegabyte } = cost;
  if (perMinute === 0 && perMegabyte === 0) return null;
  return Math.round((perMinute * (ms / minuteMs) + perMegabyte * (bytes / 1e6)) * 10_000) / 10_000;
}
