// Slots for programs that queue: each uid has a few, further programs of that uid wait, and other uids do not wait for them.

export interface UidSlotLimits {
  /** Programs of one uid that are served at the same time. */
  readonly perUid: number;
  /** Programs of one uid that may wait behind them. */
  readonly waitingPerUid: number;
  /** Programs of all uids, served or waiting. */
  readonly total: number;
}

export interface UidSlots {
  /**
   * Asks for a slot. @returns undefined: too many are waiting already
   * @param come called when the slot is free, perhaps at once
   */
  ask(uid: number, come: () => void): UidSlot | undefined;
}

/** A slot, or the wait for one; it must be left when the program is gone. */
export interface UidSlot {
  leave(): void;
}

interface Uid {
  served: number;
  readonly line: Set<() => void>;
}

export function createUidSlots({ perUid, waitingPerUid, total }: UidSlotLimits): UidSlots {
  const uids = new Map<number, Uid>();
  let inside = 0;

  function serveNext(number: number, uid: Uid): void {
    for (const come of uid.line) {
      if (uid.served >= perUid) return;
      uid.line.delete(come);
      uid.served++;
      come();
    }
    if (uid.served === 0 && uid.line.size === 0) uids.delete(number);
  }

  return {
    ask(number, come) {
      const uid = uids.get(number) ?? { served: 0, line: new Set() };
      if (inside >= total || uid.line.size >= waitingPerUid) return undefined;
      uids.set(number, uid);
      inside++;
      // A function of its own, so that it can be found in the line.
      const mine = () => come();
      uid.line.add(mine);
      serveNext(number, uid);
      let left = false;
      return {
        leave() {
          if (left) return;
          left = true;
          inside--;
          if (!uid.line.delete(mine)) uid.served--;
          serveNext(number, uid);
        },
      };
    },
  };
}
