// Encodes the bytes of a message for DATA (RFC 5321 section 4.5.2; qmail-remote's blast), and for BDAT (RFC 3030), which needs no dots.

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** The line that ends the message. */
export const finalDot = Buffer.from('.\r\n');

/** Encodes one message: `push` every piece, then `end`. */
export interface DotEncoder {
  push(piece: Uint8Array): Buffer;
  /** The bytes that complete the message after the last piece. */
  end(): Buffer;
}

/**
 * LF, CR LF and, as in notqmail, a lone CR are each sent as CR LF; `.` at a line's start becomes `..`; other bytes are not
 * changed. So all servers see the same line ends.
 */
export function createDotEncoder(dots: 'dots stuffed' | 'dots as they are' = 'dots stuffed'): DotEncoder {
  const stuffed = dots === 'dots stuffed' ? DOT : undefined;
  let last = LF;

  return {
    push(piece) {
      const { length } = piece;
      // Every byte becomes two at most, and so does a CR kept from the previous piece.
      const wire = Buffer.allocUnsafe(length * 2 + 2);
      let filled = 0;
      for (let at = 0; at < length; at++) {
        let byte = piece[at] as number;
        if (last === CR) {
          wire[filled++] = CR;
          wire[filled++] = last = LF;
          if (byte === LF) continue;
        }
        if (byte === stuffed && last === LF) wire[filled++] = DOT;
        // Nearly all bytes are handled here: the rest of a line.
        while (byte !== LF && byte !== CR) {
          wire[filled++] = last = byte;
          if (++at === length) return wire.subarray(0, filled);
          byte = piece[at] as number;
        }
        if (byte === LF) {
          wire[filled++] = CR;
          wire[filled++] = LF;
        }
        last = byte;
      }
      return wire.subarray(0, filled);
    },
    end: () => (last === CR ? Buffer.from('\r\n') : Buffer.alloc(0)),
  };
}
