// Whether one link lets the ordinary queue send: from its step `queue` on, as long as it can be used. An exchange that a person
// orders while it is down or out of its window gives some minutes: the queue's deliveries have no end to wait for.
import type { Clock } from '../lib/clock.ts';

const orderedMs = 600_000;

export interface QueuePermission {
  readonly isGiven: boolean;
  /** A contact has come to the step `queue`. */
  give(): void;
  /** The link can no longer be used. */
  end(): void;
  /** A person keeps the link offline. */
  refuse(): void;
}

/** @param changed called when it may have been given or ended */
export function createQueuePermission(deps: {
  readonly clock: Clock;
  readonly isUsable: () => boolean;
  readonly changed: () => void;
}): QueuePermission {
  const { clock, isUsable, changed } = deps;
  let isGivenWhileUsable = false;
  let orderedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    get isGiven() {
      return (isGivenWhileUsable && isUsable()) || clock.nowMs() < orderedUntilMs;
    },
    give() {
      isGivenWhileUsable = isUsable();
      if (!isGivenWhileUsable) {
        orderedUntilMs = clock.nowMs() + orderedMs;
        clock.after(orderedMs, changed);
      }
      changed();
    },
    end() {
      if (!isGivenWhileUsable) return;
      isGivenWhileUsable = false;
      changed();
    },
    refuse() {
      orderedUntilMs = Number.NEGATIVE_INFINITY;
      changed();
    },
  };
}
