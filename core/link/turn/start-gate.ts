// Holds back those who ask for a link's mail again and again: for each link there is one start a minute. Who asks earlier is
// not forgotten: the next start comes when the minute is over.
import type { Clock } from '../../lib/clock.ts';

const startGapMs = 60_000;

/** A gate for all links. */
export interface StartGate<Request, Started> {
  /** @returns what came of the start; undefined: it comes when a minute has passed since the last one */
  ask(link: string, request: Request): Started | undefined;
  /** Nothing is started any more. */
  close(): void;
}

/**
 * @param start of those that ask within one minute, the last request counts
 * @param isIdle a start after which there was nothing to do: the next one need not wait
 */
export function createStartGate<Request, Started>(
  clock: Clock,
  start: (link: string, request: Request) => Started,
  isIdle: (started: Started) => boolean,
): StartGate<Request, Started> {
  /** Links that were started within the last minute. */
  const recent = new Map<string, { next: Request | undefined; readonly cancel: () => void }>();

  function run(link: string, request: Request): Started {
    const cancel = clock.after(startGapMs, () => {
      const next = recent.get(link)?.next;
      recent.delete(link);
      if (next !== undefined) run(link, next);
    });
    recent.set(link, { next: undefined, cancel });
    const started = start(link, request);
    if (isIdle(started)) {
      cancel();
      recent.delete(link);
    }
    return started;
  }

  return {
    ask(link, request) {
      const last = recent.get(link);
      if (!last) return run(link, request);
      last.next = request;
      return undefined;
    },
    close() {
      for (const { cancel } of recent.values()) cancel();
      recent.clear();
    },
  };
}
