// Ends messages that have no recipient left: when there is time, and again later when the disk refuses.

import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import type { AttemptBook } from './attempts.ts';
import { sysFailSec } from './close-channel.ts';
import type { DeferredRemovals } from './deferred-removals.ts';
import { type FinishDeps, finishMessage } from './finish-message.ts';

export interface Finisher {
  /** Ends a message; one without a file ends at once. */
  begin(message: QueuedMessage): void;
  /** The same, after the caller's own work. */
  soon(message: QueuedMessage): void;
  /** How many are being ended now. */
  readonly underWay: number;
  /** Ends no more messages: the queue's files may belong to another host. */
  close(): void;
}

interface FinisherDeps extends FinishDeps {
  readonly queued: QueuedMessages;
  readonly removals: DeferredRemovals;
  readonly attempts: AttemptBook;
}

/** @param ended called after each try */
export function createFinisher(deps: FinisherDeps, ended: () => void): Finisher {
  let underWay = 0;
  let closed = false;

  function begin(message: QueuedMessage): void {
    if (closed) return;
    const { store, sizeBytes } = message;
    underWay++;
    if (store.hasFile) deps.removals.later(() => void finish(message), store.raw ? sizeBytes : 0);
    else void finish(message);
  }

  async function finish(message: QueuedMessage): Promise<void> {
    const { id } = message;
    const removed = await finishMessage(deps, message).catch(() => false);
    underWay--;
    if (removed) {
      deps.queued.remove(id);
      deps.attempts.forget(id);
    } else {
      deps.clock.after(sysFailSec * 1000, () => begin(message));
    }
    ended();
  }

  return {
    begin,
    soon(message) {
      underWay++;
      setImmediate(() => {
        underWay--;
        begin(message);
      });
    },
    get underWay() {
      return underWay;
    },
    close() {
      closed = true;
    },
  };
}
