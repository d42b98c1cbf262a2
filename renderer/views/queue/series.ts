// The series of the chart, and the labels of its time axis.
import type { SeriesPoint } from '../../../core/api/queue.ts';

/** The lines of the chart, in the order of the colours. */
export const seriesNames = ['delivered', 'deferred', 'failed'] as const satisfies readonly (keyof SeriesPoint)[];

/** Times for labels of the axis: at most `most`, on whole minutes or hours of the local time zone. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const minute = 60_000;
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720].map(count => count * minute);
  const step = steps.find(each => (toMs - fromMs) / each <= most) ?? 1440 * minute;
  const zone = new Date(toMs).getTimezoneOffset() * minute;
  const ticks: number[] = [];
  for (let at = Math.ceil((fromMs - zone) / step) * step + zone; at <= toMs; at += step) ticks.push(at);
  return ticks;
}
