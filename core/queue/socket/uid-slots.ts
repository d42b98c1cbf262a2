// UidSlots for programs that queue: each uid has a few at once, the next ones of the same uid stand in line, and one uid's
// line keeps nobody else waiting.

export interface UidSlotLimits {
  /** Programs of one uid that are served at the same time. */
  readonly perUid: number;
  /** Programs of one uid that may stand in line behind them. */
  readonly waitingPerUid: number;
  /** Of all uids, served or in line. */
  readonly total: number;
}

export interface UidSlots {
  /**
   * Asks for a place. @returns undefined: there is not even room in the line
   * @param come called when the place is there, perhaps at once
   */
  ask(uid: number, come: () => void): UidSlot | undefined;
}

/** A place, or one in the line; given back when the program has gone. */
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
      // Of its own, so that it can be found in the line.
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
