// Reads an envelope that comes over run/queue.sock piece by piece, and keeps only its addresses. Too many are refused before they
// are parsed.
import { createTimeSlice } from '../../lib/time-slice.ts';
import { readMailDsn, readRcptDsn } from '../../message/dsn-parameters.ts';
import type { EnvelopeDsn } from '../../paper-path/dsn.ts';
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
  const said: string[] = [];
  let records = 0;
  let unfinished = Buffer.alloc(0);
  for await (const piece of pieces) {
    const ended = countNuls(piece);
    records += ended;
    if (records > maxRecipients + 1 + mostParameters || !take(ended * recipientBytes)) return refusal(51);
    const raw = Buffer.concat([unfinished, piece]);
    for (const { letter, value } of typedRecords(raw)) {
      const parameter = recipients.length === 0 && sender !== undefined ? parameters[letter] : undefined;
      if (!parameter && letter !== (sender === undefined ? 'F' : 'T')) return refusal(91);
      if (said.length === mostParameters && parameter) return refusal(91);
      if (recipients.length === maxRecipients) return refusal(51);
      if (parameter) said.push(`${parameter}=${value}`);
      else if (sender === undefined) sender = value;
      else recipients.push(value);
      if (slice.isOver()) await slice.next();
    }
    unfinished = raw.subarray(raw.lastIndexOf(0) + 1);
    if (unfinished.length > maxAddressBytes + 1) return refusal(11);
  }
  const dsn = readDsn(said);
  if (sender === undefined || unfinished.length > 0 || dsn === 'wrong') return refusal(91);
  return { sender, recipients, ...(dsn && { dsn }) };
}

/** The parameters of RFC 3461, by the letters of their records. */
const parameters: Readonly<Record<string, string>> = { N: 'NOTIFY', R: 'RET', V: 'ENVID' };
const mostParameters = 3;

function readDsn(said: readonly string[]): EnvelopeDsn | 'wrong' | undefined {
  if (said.length === 0) return undefined;
  const [ofMail, everyone] = [readMailDsn(said), readRcptDsn(said)];
  if (!ofMail.ok || !everyone.ok) return 'wrong';
  return { ...ofMail.value, everyone: everyone.value, recipients: [] };
}

function countNuls(raw: Buffer): number {
  let count = 0;
  for (const byte of raw) if (byte === 0) count++;
  return count;
}
