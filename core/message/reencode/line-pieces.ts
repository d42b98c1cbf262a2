// Cuts the bytes of a message into lines. LF, CR LF and a lone CR end a line, as on the wire (conversation/dot-encoder.ts). A very long
// line comes in several pieces, so that memory is bounded.

/** A line, or some of a very long one, without its line end. */
export interface LinePiece {
  readonly raw: Buffer;
  /** It begins the line. */
  readonly starts: boolean;
  /** The line ends behind it. */
  readonly ends: boolean;
}

/** Cuts one message: `push` every piece, then `end`. */
export interface LineCutter {
  push(piece: Uint8Array): void;
  /** The last line may have no end. */
  end(): void;
}

/** A line up to this length is never cut. */
const wholeLineBytes = 4096;

const CR = 0x0d;
const LF = 0x0a;

export function createLineCutter(take: (piece: LinePiece) => void): LineCutter {
  let held: Buffer = Buffer.alloc(0);
  let starts = true;
  let afterCr = false;

  function emit(raw: Buffer, ends: boolean): void {
    take({ raw, starts, ends });
    starts = ends;
  }

  /** What is left of the piece, and does not end here. */
  function keep(rest: Buffer): void {
    if (rest.length < wholeLineBytes) held = Buffer.from(rest);
    else {
      held = Buffer.alloc(0);
      emit(rest, false);
    }
  }

  return {
    push(piece) {
      const isNext = afterCr && piece[0] === LF;
      if (piece.length > 0) afterCr = false;
      const fresh = isNext ? piece.subarray(1) : piece;
      const raw = held.length === 0 ? bufferOf(fresh) : Buffer.concat([held, fresh]);
      let from = 0;
      for (let at = held.length; at < raw.length; at++) {
        const byte = raw[at];
        if (byte !== LF && byte !== CR) continue;
        emit(raw.subarray(from, at), true);
        if (byte === CR && at + 1 === raw.length) afterCr = true;
        else if (byte === CR && raw[at + 1] === LF) at++;
        from = at + 1;
      }
      keep(raw.subarray(from));
    },
    end() {
      if (held.length > 0) emit(held, false);
      held = Buffer.alloc(0);
    },
  };
}

function bufferOf(raw: Uint8Array): Buffer {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
}
