// The trace of messages for a home, whether or not a host runs on it: it combines the logs and the schedule.
import { join } from 'node:path';
import { readLogPieces } from '../log/log-directory.ts';
import { nextTrySec } from '../queue/run/retry-schedule.ts';
import { createTrace } from '../trace/trace.ts';

/** The handler of `explain.trace`. */
export function traceFor(home: string): ReturnType<typeof createTrace> {
  const log = (name: string) => (sinceMs: number) => readLogPieces(join(home, 'log', name), sinceMs);
  return createTrace({
    send: log('send'),
    sessions: log('smtpd'),
    nextTry: (bornMs, startMs, channel) =>
      1000 * nextTrySec(Math.floor(bornMs / 1000), Math.floor(startMs / 1000), channel),
  });
}
