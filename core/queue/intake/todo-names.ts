// The names in todo and intd of messages that the host has found there. Once the journal has a message its names may be removed,
// but that can wait; until then the message is not accepted again, and its number does not become free.

import { nextTurn } from '../../lib/process/next-turn.ts';
import type { QueueLayout } from '../files/layout.ts';
import { removeNames } from '../files/remove-files.ts';

export interface TodoNames {
  /** Notes a name. @returns false when it is known already */
  found(id: number): boolean;
  /** The journal has the message. */
  takenUp(id: number): void;
  isTakenUp(id: number): boolean;
  /** The message was not accepted: the next scan finds it again. */
  forget(id: number): void;
  /** True while a message may have its names: its number must not become free. */
  isNamed(id: number): boolean;
  /** Removes the names of a message that was accepted. @throws when the disk refuses: they are found again */
  remove(id: number): void;
  /** Removes the names of all messages that were accepted. @throws when the disk refuses */
  removeAll(): Promise<void>;
}

/** Names removed in one go, so that the event loop is never blocked for long. */
const sliceNames = 200;

export function createTodoNames(layout: QueueLayout): TodoNames {
  const known = new Set<number>();
  const taken = new Set<number>();
  return {
    found(id) {
      if (known.has(id)) return false;
      known.add(id);
      return true;
    },
    takenUp: id => void taken.add(id),
    isTakenUp: id => taken.has(id),
    forget: id => void known.delete(id),
    isNamed: id => known.has(id) || taken.has(id),
    remove(id) {
      try {
        removeNames(layout, id);
        taken.delete(id);
      } finally {
        known.delete(id);
      }
    },
    async removeAll() {
      let removed = 0;
      for (const id of [...taken]) {
        if (taken.has(id)) removeNames(layout, id);
        // Nothing else removes it from the set: the next scan does not find what has no name.
        if (!known.has(id)) taken.delete(id);
        if (++removed % sliceNames === 0) await nextTurn();
      }
    },
  };
}
