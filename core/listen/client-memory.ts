// The memory that the clients of all services may use together, for what they have sent and what is not in the queue yet:
// whoever sends without end is put off, and the host does not grow.
import type { ClientKind } from './client-kind.ts';
import { createQuota } from './quota.ts';

/** For all clients together. */
const totalBytes = 128 * 1024 * 1024;
/** For every connection: input that was not looked at yet, the beginning of a message, answers on their way. */
export const connectionBytes = 128 * 1024;

/** One client's part. */
export interface ClientMemory {
  /** @returns false: there is no more at the moment */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** The client is known from now on. */
  trust(): void;
  /** Gives back all that this client has taken. */
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
