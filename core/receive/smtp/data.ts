// The DATA phase's line discipline (qmail-smtpd's blast): CR LF becomes LF, one leading dot goes, and only
// CR LF . CR LF ends the message. A LF without its CR is never taken for a line end: that is what keeps two mail
// servers from disagreeing about where a message stops (SMTP smuggling). State survives any cut between packets.

/** What one piece of the wire came to. */
interface DataStep {
  /** Message bytes, LF line ends. */
  readonly raw: Buffer;
  /** Offset in the piece just after the final dot's line; undefined: the message goes on. */
  readonly end: number | undefined;
  /** A LF came without a CR before it: nothing after it may be trusted. */
  readonly bareLf: boolean;
}

/** Decodes one message; feed it every piece in order until `end` or `bareLf`. */
export interface DataDecoder {
  push(piece: Buffer): DataStep;
}

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

// Where the decoder stands: what it has seen of the line and not handed on yet.
const lineStart = 0;
const afterDot = 1;
const afterDotCr = 2;
const inLine = 3;
const afterCr = 4;

/** A decoder that stands at the start of a message, that is, at the start of a line. */
export function createDataDecoder(): DataDecoder {
  let state = lineStart;

  return {
    push(piece) {
      const { length } = piece;
      // A piece grows by two bytes at most: a dot and a CR held back from the piece before.
      const raw = Buffer.allocUnsafe(length + 2);
      let filled = 0;
      for (let at = 0; at < length; at++) {
        let byte = piece[at] as number;
        // Nearly all bytes: within a line nothing but its end is of interest.
        while (state === inLine && byte !== CR && byte !== LF) {
          raw[filled++] = byte;
          if (++at === length) return { raw: raw.subarray(0, filled), end: undefined, bareLf: false };
          byte = piece[at] as number;
        }
        if (byte === LF) {
          if (state === afterDotCr) return { raw: raw.subarray(0, filled), end: at + 1, bareLf: false };
          if (state !== afterCr) return { raw: raw.subarray(0, filled), end: undefined, bareLf: true };
          raw[filled++] = LF;
          state = lineStart;
          continue;
        }
        // As qmail does: a dot before a lone CR was not stuffing, it stays.
        if (state === afterDotCr) raw[filled++] = DOT;
        if (state === afterDotCr || state === afterCr) raw[filled++] = CR;
        if (byte === CR) state = state === afterDot ? afterDotCr : afterCr;
        else if (byte === DOT && state === lineStart) state = afterDot;
        else {
          raw[filled++] = byte;
          state = inLine;
        }
      }
      return { raw: raw.subarray(0, filled), end: undefined, bareLf: false };
    },
  };
}
