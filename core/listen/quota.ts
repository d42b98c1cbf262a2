// Something limited that all clients share (slots, memory), so that no kind of client can use up what the others need.
import type { ClientKind } from './client-kind.ts';

export interface Quota {
  /** @returns false: there is no more for this kind of client, and nothing was taken */
  take(kind: ClientKind, amount: number, total: number): boolean;
  give(kind: ClientKind, amount: number): void;
  /** The client that holds this amount is of another kind from now on. */
  move(from: ClientKind, to: ClientKind, amount: number): void;
}

const kinds: readonly ClientKind[] = ['stranger', 'loopback', 'known'];

/** This part of the total is reserved for each kind: the other two together cannot take it. */
const reserved = 1 / 8;

export function createQuota(): Quota {
  const used: Record<ClientKind, number> = { stranger: 0, loopback: 0, known: 0 };

  /** What is in use, plus what is reserved for the other kinds. */
  function unavailable(kind: ClientKind, share: number): number {
    return kinds.reduce((sum, one) => sum + (one === kind ? used[one] : Math.max(used[one], share)), 0);
  }

  return {
    take(kind, amount, total) {
      if (unavailable(kind, Math.floor(total * reserved)) + amount > total) return false;
      used[kind] += amount;
      return true;
    },
    give(kind, amount) {
      used[kind] -= amount;
    },
    move(from, to, amount) {
      used[from] -= amount;
      used[to] += amount;
    },
  };
}
