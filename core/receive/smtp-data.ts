// The DATA phase's line discipline (qmail-smtpd's blast): CR LF becomes LF, one leading dot goes, and only
// CR LF . CR LF ends the message. A LF without its CR is never taken for a line end: that is what keeps two mail
// servers from disagreeing about where a message stops (SMTP smuggling). State survives any cut between packets.

/** What one piece of the wire came to. */
export interface DataStep {
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

type State = 'line start' | 'dot' | 'dot cr' | 'in line' | 'cr';

/** A decoder that stands at the start of a message, that is, at the start of a line. */
export function createDataDecoder(): DataDecoder {
  let state: State = 'line start';

  return {
    push(piece) {
      // A piece grows by two bytes at most: a dot and a CR held back from the piece before.
      const raw = Buffer.allocUnsafe(piece.length + 2);
      let filled = 0;
      let at = 0;
      const step = (end: number | undefined, bareLf: boolean): DataStep => ({
        raw: raw.subarray(0, filled),
        end,
        bareLf,
      });

      while (at < piece.length) {
        const byte = piece[at] as number;
        switch (state) {
          case 'in line': {
            const lf = piece.indexOf(LF, at);
            const stop = lf < 0 ? piece.length : lf;
            const heldCr = stop > at && piece[stop - 1] === CR ? 1 : 0;
            filled += piece.copy(raw, filled, at, stop - heldCr);
            if (lf < 0) {
              if (heldCr) state = 'cr';
              return step(undefined, false);
            }
            if (!heldCr) return step(undefined, true);
            raw[filled++] = LF;
            state = 'line start';
            at = lf + 1;
            continue;
          }
          case 'line start':
            if (byte === LF) return step(undefined, true);
            if (byte === DOT) state = 'dot';
            else if (byte === CR) state = 'cr';
            else {
              state = 'in line';
              continue;
            }
            break;
          case 'dot':
            if (byte === LF) return step(undefined, true);
            if (byte === CR) state = 'dot cr';
            else {
              // Not through 'in line': a CR cannot come here, so nothing is held back.
              raw[filled++] = byte;
              state = 'in line';
            }
            break;
          case 'dot cr':
            if (byte === LF) return step(at + 1, false);
            // As qmail does: a dot before a lone CR was not stuffing, it stays.
            raw[filled++] = DOT;
            state = 'cr';
            continue;
          case 'cr':
            if (byte === LF) {
              raw[filled++] = LF;
              state = 'line start';
            } else {
              raw[filled++] = CR;
              if (byte !== CR) {
                state = 'in line';
                continue;
              }
            }
            break;
        }
        at++;
      }
      return step(undefined, false);
    },
  };
}
