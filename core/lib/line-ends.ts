// Line ends between the network (CR LF) and programs (LF): what addcr, delcr and fixcrio do, in pieces of any size.

/** Takes bytes in pieces; what comes out is complete only with what `end` returns. */
export interface LineFilter {
  push(piece: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const CR = 0x0d;
const LF = 0x0a;
const nothing = Buffer.alloc(0);

/** A CR before every LF, even behind another CR (addcr). */
export function createCrAdder(): LineFilter {
  return filter((byte, _last, put) => {
    if (byte === LF) put(CR);
    put(byte);
  });
}

/** A CR before every LF that has none (fixcrio). */
export function createCrFixer(): LineFilter {
  return filter((byte, last, put) => {
    if (byte === LF && last !== CR) put(CR);
    put(byte);
  });
}

/** One CR less before every LF (delcr). A CR elsewhere stays. */
export function createCrRemover(): LineFilter {
  let held = false;
  return {
    push(piece) {
      const out = Buffer.allocUnsafe(piece.length + 1);
      let filled = 0;
      for (const byte of piece) {
        if (held && byte !== LF) out[filled++] = CR;
        held = byte === CR;
        if (!held) out[filled++] = byte;
      }
      return out.subarray(0, filled);
    },
    end: () => (held ? Buffer.from('\r') : nothing),
  };
}

/** A filter as a step of a pipeline. */
export function through(filter: LineFilter): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* (source) {
    for await (const piece of source) yield filter.push(piece);
    yield filter.end();
  };
}

/** `see` puts one byte more than it takes at most. */
function filter(see: (byte: number, last: number, put: (byte: number) => void) => void): LineFilter {
  let last = 0;
  return {
    push(piece) {
      const out = Buffer.allocUnsafe(2 * piece.length);
      let filled = 0;
      for (const byte of piece) {
        see(byte, last, one => {
          out[filled++] = one;
        });
        last = byte;
      }
      return out.subarray(0, filled);
    },
    end: () => nothing,
  };
}
