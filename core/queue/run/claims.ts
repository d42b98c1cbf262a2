// Which recipients of one pass are being dealt with: handed out for an attempt, or claimed by an order of the owner.
import type { PendingRecipient, RecipientReader } from '../files/recipients.ts';

export interface Claims {
  /** Offsets of recipients that are handed out or claimed, and not recorded yet. */
  readonly out: Set<number>;
  /** Offsets of all that were ever claimed. */
  readonly claimed: ReadonlySet<number>;
  /** Claims the pending recipients that are wanted; those that are being tried are counted instead. @throws when they cannot be read */
  claim(wanted: (recipient: PendingRecipient) => boolean): Claimed;
}

export interface Claimed {
  readonly claimed: readonly PendingRecipient[];
  readonly busy: number;
}

/** @param openPending reads the pending recipients from the first one on */
export function createClaims(openPending: () => RecipientReader): Claims {
  const out = new Set<number>();
  const offsets = new Set<number>();
  return {
    out,
    claimed: offsets,
    claim(wanted) {
      const claimed: PendingRecipient[] = [];
      let busy = 0;
      const reader = openPending();
      try {
        for (let found = reader.next(); found; found = reader.next()) {
          if (!wanted(found)) continue;
          if (out.has(found.offset)) busy++;
          else claimed.push(found);
        }
      } finally {
        reader.close();
      }
      for (const { offset } of claimed) {
        offsets.add(offset);
        out.add(offset);
      }
      return { claimed, busy };
    },
  };
}
