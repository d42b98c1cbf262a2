// An envelope that comes over run/queue.sock: it is taken apart as it comes, and only its addresses are kept. Too many are
// refused before they are looked at.
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Envelope, Refused } from '../../paper-path/shapes.ts';
import { maxAddressBytes, typedRecords } from '../files/envelope-file.ts';
import { refusal } from '../qq-codes.ts';
import { maxRecipients } from './protocol.ts';

/** What a recipient takes besides its bytes: each is a string and an object, and has a place in three lists. */
const recipientBytes = 100;

/** What the bytes take: they are in those strings, and once more in the record for the journal. */
export function heldFor(envelopeBytes: number): number {
  return 2 * envelopeBytes;
}

/**
 * @param pieces what `formatEnvelope` makes, and no more
 * @param take asks for memory besides what is held for the bytes
 * @returns a refusal when it is something else, or too much
 */
export async function readEnvelope(
  pieces: AsyncIterable<Buffer>,
  take: (bytes: number) => boolean,
): Promise<Envelope | Refused> {
  const slice = createTimeSlice();
  let sender: string | undefined;
  const recipients: string[] = [];
  let records = 0;
  let unfinished = Buffer.alloc(0);
  for await (const piece of pieces) {
    const ended = countNuls(piece);
    records += ended;
    if (records > maxRecipients + 1 || !take(ended * recipientBytes)) return refusal(51);
    const raw = Buffer.concat([unfinished, piece]);
    for (const { letter, value } of typedRecords(raw)) {
      if (letter !== (sender === undefined ? 'F' : 'T')) return refusal(91);
      if (sender === undefined) sender = value;
      else recipients.push(value);
      if (slice.isOver()) await slice.next();
    }
    unfinished = raw.subarray(raw.lastIndexOf(0) + 1);
    if (unfinished.length > maxAddressBytes + 1) return refusal(11);
  }
  return sender === undefined || unfinished.length > 0 ? refusal(91) : { sender, recipients };
}

function countNuls(raw: Buffer): number {
  let count = 0;
  for (const byte of raw) if (byte === 0) count++;
  return count;
}
