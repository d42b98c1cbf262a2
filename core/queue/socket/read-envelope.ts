// Reads an envelope that comes over run/queue.sock piece by piece, and keeps only its addresses. Too many are refused before they
// are parsed.
import { createTimeSlice } from '../../lib/time-slice.ts';
import type { Envelope, Refused } from '../../paper-path/shapes.ts';
import { maxAddressBytes, typedRecords } from '../files/envelope-file.ts';
import { refusal } from '../qq-codes.ts';
import { maxRecipients } from './protocol.ts';

/** Memory for a recipient besides its bytes: a string, an object, and an entry in three lists. */
const recipientBytes = 100;

/** Memory for the bytes: they are in those strings, and again in the record for the journal. */
export function heldFor(envelopeBytes: number): number {
  return 2 * envelopeBytes;
}

/**
 * @param pieces the output of `formatEnvelope`, and no more
 * @param take asks for memory besides that for the bytes
 * @returns a refusal for anything else, or too much
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
