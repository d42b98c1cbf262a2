// The line discipline of DATA (qmail-smtpd's blast): CR LF becomes LF, a leading dot is removed, and only CR LF . CR LF ends
// the message. A LF without a CR is never a line end, so that two mail servers cannot disagree about where a message ends (SMTP
// smuggling). The state survives any cut between packets.

/** The result of one piece of input. */
interface DataStep {
  /** Message bytes, LF line ends. */
  readonly raw: Buffer;
  /** The offset in the piece after the line of the final dot; undefined: the message goes on. */
  readonly end: number | undefined;
  /** There was a LF without a CR: nothing after it may be trusted. */
  readonly bareLf: boolean;
}

/** Decodes one message: takes every piece in order, until `end` or `bareLf`. */
export interface DataDecoder {
  push(piece: Buffer): DataStep;
}

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

// The states: what was read of the line but not passed on yet.
const lineStart = 0;
const afterDot = 1;
const afterDotCr = 2;
const inLine = 3;
const afterCr = 4;

/** A decoder at the start of a message, which is the start of a line. */
export function createDataDecoder(): DataDecoder {
  let state = lineStart;

  return {
    push(piece) {
      const { length } = piece;
      // A piece grows by two bytes at most: a dot and a CR kept from the piece before.
      const raw = Buffer.allocUnsafe(length + 2);
      let filled = 0;
      for (let at = 0; at < length; at++) {
        let byte = piece[at] as number;
        // Nearly all bytes: within a line only its end matters.
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
        // As in qmail a dot before a lone CR is not stuffing: it stays.
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
