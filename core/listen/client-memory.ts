// The memory that the clients of all services share, for input that is not in the queue yet: when it is used up, clients are
// told to try again later, and the host does not grow.
import type { ClientKind } from './client-kind.ts';
import { createQuota } from './quota.ts';

/** For all clients together. */
const totalBytes = 128 * 1024 * 1024;
/** Per connection: unread input, the start of a message, replies that are not sent yet. */
export const connectionBytes = 128 * 1024;

/** One client's part. */
export interface ClientMemory {
  /** @returns false: there is no more at the moment */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** The client has logged in: it counts as known from now on. */
  trust(): void;
  /** Returns all that this client has taken. */
  release(): void;
}

export interface Memory {
  of(clientKind: ClientKind): ClientMemory;
}

export function createMemory(total = totalBytes): Memory {
  const quota = createQuota();
  return {
    of(first) {
      let clientKind = first;
      let taken = 0;
      let released = false;
      function give(bytes: number): void {
        if (released) return;
        quota.give(clientKind, bytes);
        taken -= bytes;
      }
      return {
        take(bytes) {
          if (released || !quota.take(clientKind, bytes, total)) return false;
          taken += bytes;
          return true;
        },
        give,
        trust() {
          quota.move(clientKind, 'known', taken);
          clientKind = 'known';
        },
        release() {
          give(taken);
          released = true;
        },
      };
    },
  };
}
