// Collects bytes one by one, and hands them out in buffers.

/** Bytes that were put in and not taken yet. */
export interface ByteSink {
  put(byte: number): void;
  putText(ascii: string): void;
  putAll(raw: Uint8Array): void;
  /** All bytes since the last call. */
  take(): Buffer;
}

const firstBytes = 4096;

export function createByteSink(): ByteSink {
  let held = Buffer.allocUnsafe(firstBytes);
  let filled = 0;

  function makeRoom(bytes: number): void {
    if (filled + bytes <= held.length) return;
    const larger = Buffer.allocUnsafe(Math.max(held.length * 2, filled + bytes));
    held.copy(larger, 0, 0, filled);
    held = larger;
  }

  return {
    put(byte) {
      makeRoom(1);
      held[filled++] = byte;
    },
    putText(ascii) {
      makeRoom(ascii.length);
      filled += held.write(ascii, filled, 'latin1');
    },
    putAll(raw) {
      makeRoom(raw.length);
      held.set(raw, filled);
      filled += raw.length;
    },
    take() {
      const taken = held.subarray(0, filled);
      held = Buffer.allocUnsafe(firstBytes);
      filled = 0;
      return taken;
    },
  };
}
