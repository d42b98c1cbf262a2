// Counts the hops of a message (qmail-smtpd: the Received and Delivered-To fields of its header), so that a message that loops
// stops somewhere.

/** A message with this many hops is refused. */
export const maxHops = 100;

/** Counts while the message passes through. */
export interface HopCounter {
  /** Message bytes with LF line ends, in pieces. */
  push(raw: Uint8Array): void;
  readonly hops: number;
}

const LF = 0x0a;
const received = Buffer.from('received');
const delivered = Buffer.from('delivered');

/** As in qmail only the first bytes of a line count, in upper or lower case: `Received…`, `Delivered…`. */
export function createHopCounter(): HopCounter {
  let hops = 0;
  let inHeader = true;
  let column = 0;
  let maybeReceived = true;
  let maybeDelivered = true;

  function see(byte: number): void {
    if (byte === LF) {
      if (column === 0) inHeader = false;
      column = 0;
      maybeReceived = maybeDelivered = true;
      return;
    }
    const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
    if (lower !== received[column]) maybeReceived = false;
    if (lower !== delivered[column]) maybeDelivered = false;
    column++;
    if (maybeReceived && column === received.length) hops++;
    if (maybeDelivered && column === delivered.length) hops++;
  }

  return {
    push(raw) {
      for (let at = 0; inHeader && at < raw.length; at++) {
        // Skips the rest of a line that is not a hop.
        if (column > 0 && !maybeReceived && !maybeDelivered) {
          at = raw.indexOf(LF, at);
          if (at < 0) return;
        }
        see(raw[at] as number);
      }
    },
    get hops() {
      return hops;
    },
  };
}
