// Memory that all uids share: each gets at most a part of it, so that none can use it up.

export interface MemoryQuota {
  /** @returns false when there is not so much left, for this uid or for all */
  take(uid: number, bytes: number): boolean;
  giveBack(uid: number, bytes: number): void;
}

/** @param totalBytes for all @param perUidBytes for one of them */
export function createMemoryQuota(totalBytes: number, perUidBytes: number): MemoryQuota {
  const taken = new Map<number, number>();
  let total = 0;

  function add(uid: number, bytes: number): void {
    const now = (taken.get(uid) ?? 0) + bytes;
    total += bytes;
    if (now === 0) taken.delete(uid);
    else taken.set(uid, now);
  }

  return {
    take(uid, bytes) {
      if (total + bytes > totalBytes || (taken.get(uid) ?? 0) + bytes > perUidBytes) return false;
      add(uid, bytes);
      return true;
    },
    giveBack: (uid, bytes) => add(uid, -bytes),
  };
}
