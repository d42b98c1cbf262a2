// What a contact has moved: bytes each way, the rate over the last seconds, the time of a round trip, and points for a chart.
import type { LinkProgress } from '../../api/links.ts';
import type { Clock } from '../../lib/clock.ts';

export interface Meter {
  out(bytes: number): void;
  in(bytes: number): void;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly bytes: number;
  /** Of the last thing that was asked in few bytes; null: there was none. */
  readonly roundTripMs: number | null;
  rate(): number;
  chart(): LinkProgress['chart'];
}

/** A longer contact has longer steps. */
const mostPoints = 240;
const firstStepMs = 1000;
const rateMs = 10_000;
/** What is as short as commands are, so that its way takes no time on a slow link. */
const commandBytes = 300;

export function createMeter(clock: Clock): Meter {
  const startMs = clock.nowMs();
  let stepMs = firstStepMs;
  let points: { readonly out: number[]; readonly in: number[] } = { out: [], in: [] };
  let [bytesOut, bytesIn] = [0, 0];
  let recent: { atMs: number; bytes: number }[] = [];
  let roundTripMs: number | null = null;
  let asked: { atMs: number; bytes: number } | undefined;

  function add(direction: 'out' | 'in', bytes: number): void {
    const nowMs = clock.nowMs();
    while (Math.floor((nowMs - startMs) / stepMs) >= mostPoints) {
      stepMs *= 2;
      points = { out: inPairs(points.out), in: inPairs(points.in) };
    }
    const [mine, at] = [points[direction], Math.max(0, Math.floor((nowMs - startMs) / stepMs))];
    while (mine.length <= at) mine.push(0);
    mine[at] = (mine[at] ?? 0) + bytes;
    const last = recent.at(-1);
    if (last && nowMs - last.atMs < 100) last.bytes += bytes;
    else recent.push({ atMs: nowMs, bytes });
    recent = recent.filter(({ atMs }) => nowMs - atMs < rateMs);
  }

  return {
    out(bytes) {
      bytesOut += bytes;
      add('out', bytes);
      if (asked) asked.bytes += bytes;
      else asked = { atMs: clock.nowMs(), bytes };
    },
    in(bytes) {
      bytesIn += bytes;
      add('in', bytes);
      if (asked && asked.bytes <= commandBytes) roundTripMs = clock.nowMs() - asked.atMs;
      asked = undefined;
    },
    get bytesOut() {
      return bytesOut;
    },
    get bytesIn() {
      return bytesIn;
    },
    get bytes() {
      return bytesOut + bytesIn;
    },
    get roundTripMs() {
      return roundTripMs;
    },
    rate() {
      const nowMs = clock.nowMs();
      const within = recent.filter(({ atMs }) => nowMs - atMs < rateMs);
      const ms = Math.min(rateMs, Math.max(1000, nowMs - startMs));
      return within.reduce((sum, { bytes }) => sum + bytes, 0) / (ms / 1000);
    },
    chart: () => ({ stepMs, out: [...points.out], in: [...points.in] }),
  };
}

function inPairs(points: readonly number[]): number[] {
  return Array.from(
    { length: Math.ceil(points.length / 2) },
    (_, at) => (points[2 * at] ?? 0) + (points[2 * at + 1] ?? 0),
  );
}
