// Describes new messages in the background: at once, or after a pause while very much mail arrives.
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Box } from './box.ts';

export interface BackgroundDescribing {
  start(box: Box): void;
  /** @param count how many messages have just arrived */
  startAfter(box: Box, count: number): void;
  readonly close: Dispose;
}

// Describing this many new messages waits until no more have come for a while.
const manyArrived = 32;
const quietMs = 1000;

export function createBackgroundDescribing({ clock, log }: { clock: Clock; log: LogLine }): BackgroundDescribing {
  const waiting = new Map<string, Dispose>();

  function start(box: Box): void {
    box.describeAll().catch(error => log(`warning: unable to go through ${box.directory}: ${reasonOf(error)}`));
  }

  return {
    start,
    startAfter(box, count) {
      if (count < manyArrived) {
        start(box);
        return;
      }
      waiting.get(box.id)?.();
      const later = clock.after(quietMs, () => {
        waiting.delete(box.id);
        start(box);
      });
      waiting.set(box.id, later);
    },
    close() {
      for (const cancel of waiting.values()) cancel();
    },
  };
}
