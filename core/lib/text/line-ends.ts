// Line ends between the network (CR LF) and programs (LF): what addcr, delcr and fixcrio do, in pieces of any size.

/** Takes bytes in pieces; the output is complete only with what `end` returns. */
export interface LineFilter {
  push(piece: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const CR = 0x0d;
const LF = 0x0a;
const nothing = Buffer.alloc(0);

/** A CR before every LF, even after another CR (addcr). */
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

/** Like the CR remover if the first line ends in CR LF; otherwise nothing changes. */
export function createLeadingCrRemover(): LineFilter {
  const remover = createCrRemover();
  let last: number | undefined;
  /** The first line ended in CR LF; undefined: it has not ended yet. */
  let removes: boolean | undefined;
  return {
    push(piece) {
      if (removes === false) return piece;
      const end = removes ? -1 : piece.indexOf(LF);
      // In a line that has not ended yet, a CR at the end of the piece is all that the remover holds back.
      if (end < 0) {
        last = piece.at(-1) ?? last;
        return remover.push(piece);
      }
      removes = (end > 0 ? piece[end - 1] : last) === CR;
      const line = remover.push(piece.subarray(0, end + 1));
      const rest = piece.subarray(end + 1);
      return Buffer.concat([line, removes ? remover.push(rest) : rest]);
    },
    end: () => remover.end(),
  };
}

/** A filter as a step of a pipeline. */
export function through(filter: LineFilter): (source: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* (source) {
    for await (const piece of source) yield filter.push(piece);
    yield filter.end();
  };
}

/** `see` puts at most one byte more than it takes. */
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
