// Counts ended delivery attempts per minute, for the graph and the tiles, from log lines as they are written.
import type { QueueSummary, SeriesPoint } from '../api/queue.ts';
import { deliveryEnd } from '../log-lines/queue/delivery-end.ts';

type Count = QueueSummary['lastHour'];

const minuteMs = 60_000;
const keptMinutes = 24 * 60;

/** The figures of the last 24 hours. */
export interface DeliverySeries {
  /** Counts one line of the delivery log, if it is the end of an attempt. */
  line(atMs: number, text: string): void;
  /** The last hour in minutes, or the last day in quarters of an hour; the last point is still growing. */
  points(span: 'hour' | 'day', nowMs: number): { stepMs: number; points: SeriesPoint[] };
  lastHour(nowMs: number): Count;
}

const counted = { success: 'delivered', deferral: 'deferred', failure: 'failed' } as const;

export function createDeliverySeries(): DeliverySeries {
  const minutes = new Map<number, Count>();

  function sum(fromMs: number, toMs: number): Count {
    const total = { delivered: 0, deferred: 0, failed: 0 };
    for (let minute = fromMs; minute < toMs; minute += minuteMs) {
      const count = minutes.get(minute);
      if (!count) continue;
      total.delivered += count.delivered;
      total.deferred += count.deferred;
      total.failed += count.failed;
    }
    return total;
  }

  return {
    line(atMs, text) {
      const ended = deliveryEnd.parse(text);
      if (!ended) return;
      const minute = atMs - (atMs % minuteMs);
      const count = minutes.get(minute) ?? { delivered: 0, deferred: 0, failed: 0 };
      count[counted[ended.result]]++;
      if (!minutes.has(minute)) {
        minutes.set(minute, count);
        for (const old of minutes.keys()) if (old < minute - keptMinutes * minuteMs) minutes.delete(old);
      }
    },
    points(span, nowMs) {
      const stepMs = span === 'hour' ? minuteMs : 15 * minuteMs;
      const count = span === 'hour' ? 60 : 96;
      const lastMs = nowMs - (nowMs % stepMs);
      const points = Array.from({ length: count }, (_, i) => {
        const startMs = lastMs - (count - 1 - i) * stepMs;
        return { startMs, ...sum(startMs, startMs + stepMs) };
      });
      return { stepMs, points };
    },
    lastHour: nowMs => sum(nowMs - (nowMs % minuteMs) - 59 * minuteMs, nowMs),
  };
}
