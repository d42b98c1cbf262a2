// Ends messages that have no recipient left: when there is time for it, and again later when the disk refuses.

import type { WaitingMessage, WaitingMessages } from '../store/queued-messages.ts';
import type { AttemptBook } from './attempts.ts';
import type { Tidying } from './deferred-removals.ts';
import { type FinishDeps, finishMessage } from './finish-message.ts';
import { sysFailSec } from './pass.ts';

export interface Finishing {
  /** Ends a message; one that has no file ends at once. */
  begin(message: WaitingMessage): void;
  /** The same, after the caller's own work. */
  soon(message: WaitingMessage): void;
  /** How many are being ended now. */
  readonly underWay: number;
  /** Nothing is begun any more: the queue's files are another's. */
  close(): void;
}

interface FinishingDeps extends FinishDeps {
  readonly waiting: WaitingMessages;
  readonly tidying: Tidying;
  readonly attempts: AttemptBook;
}

/** @param ended called after each attempt to end one */
export function createFinishing(deps: FinishingDeps, ended: () => void): Finishing {
  let underWay = 0;
  let closed = false;

  function begin(message: WaitingMessage): void {
    if (closed) return;
    const { fresh, sizeBytes } = message;
    underWay++;
    if (fresh?.hasFile === false) void finish(message);
    else deps.tidying.later(() => void finish(message), fresh?.raw ? sizeBytes : 0);
  }

  async function finish(message: WaitingMessage): Promise<void> {
    const { id } = message;
    const removed = await finishMessage(deps, message).catch(() => false);
    underWay--;
    if (removed) {
      deps.waiting.remove(id);
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
