// The clock: whether its time can be true, and whether it was set back since the host was started.
import { statSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import type { Check } from '../../api/checks.ts';
import type { Clock } from '../../lib/clock.ts';
import { localMinute } from '../../lib/text/local-time.ts';
import { about } from './run-check.ts';

/** This program is newer. */
const oldestMs = Date.UTC(2026, 0, 1);
const patienceMs = 60_000;
const code = 'clock';
const looked = 'Clock';

/** How much the clock differs from what has passed since the start: below 0, it was set back. */
export function watchClock(clock: Clock, upSec: () => number = uptime): () => number {
  const bootMs = () => clock.nowMs() - upSec() * 1000;
  const first = bootMs();
  return () => bootMs() - first;
}

/** @param shiftMs as `watchClock` says; undefined: no host runs */
export function checkClock(home: string, nowMs: number, shiftMs: number | undefined): Check[] {
  const { fine, wrong, warning } = about(code, looked);
  const now = localMinute(nowMs);
  if (nowMs < oldestMs) {
    return [
      wrong(
        `It is ${now} by the clock of this machine, which cannot be. Set it: certificates, retries and the dates of messages depend on it.`,
      ),
    ];
  }
  const newest = newestIn(home);
  if (newest > nowMs + patienceMs) {
    return [
      warning(
        `It is ${now} by the clock, but the host wrote its log at ${localMinute(newest)}: the clock is behind, or was ahead then. Set it.`,
      ),
    ];
  }
  if (shiftMs !== undefined && shiftMs < -patienceMs) {
    const minutes = Math.round(-shiftMs / 60_000);
    return [
      warning(
        `The clock was set back by ${minutes} minutes while the host was running. If it is wrong now, set it; messages may be tried later than planned.`,
      ),
    ];
  }
  return [
    fine(
      `It is ${now} by the clock, and it was not set back${shiftMs === undefined ? '' : ' while the host was running'}.`,
    ),
  ];
}

/** When the host last wrote a log; 0: it never did. */
function newestIn(home: string): number {
  return Math.max(
    0,
    ...['send', 'smtpd'].map(
      name => statSync(join(home, 'log', name, 'current'), { throwIfNoEntry: false })?.mtimeMs ?? 0,
    ),
  );
}
