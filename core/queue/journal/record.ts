// One record of the journal: what it says, and its bytes. A record that was not written whole is recognised and ends the
// journal there. Frame: length and CRC-32 of the payload (32 bits each, little endian), payload. Payload: a letter, the
// length of the head, the head (fields separated by NUL, byte strings), and what follows is raw bytes.
import { crc32 } from 'node:zlib';
import type { Channel } from '../../control/classify.ts';

export type JournalRecord = Booted | Accepted | Marked | Failed | Finished;

/** Since when the machine runs: the first record of a segment. Another one after a crash says that the power was lost. */
interface Booted {
  readonly type: 'booted';
  readonly bootId: string;
}

/** The host has taken responsibility for a message. */
export interface Accepted {
  readonly type: 'accepted';
  readonly id: number;
  readonly qp: number;
  readonly bornSec: number;
  readonly sizeBytes: number;
  readonly sender: string;
  /** Recipients as classified: the contents that local/N and remote/N have or would have. */
  readonly recipients: Readonly<Record<Channel, readonly string[]>>;
  /** The whole message file; undefined: mess/N was made durable before this record was written. */
  readonly raw: Uint8Array | undefined;
}

/** A recipient is done: delivered, or failed and noted for the bounce. */
interface Marked {
  readonly type: 'marked';
  readonly id: number;
  readonly channel: Channel;
  /** Where its record begins in the channel file. */
  readonly offset: number;
  /** False: delivered into a file that is durable with the next checkpoint only. Such a mark counts unless the power was lost. */
  readonly sure: boolean;
}

/** A paragraph of the bounce to come. */
export interface Failed {
  readonly type: 'failed';
  readonly id: number;
  /** Where it begins in bounce/N. */
  readonly offset: number;
  readonly paragraph: string;
}

/** The message has gone: nobody is left, its bounce (if any) is queued. */
interface Finished {
  readonly type: 'finished';
  readonly id: number;
}

const frameBytes = 8;
const headAt = 5;

/** A record's bytes, ready to be appended. */
export function encodeRecord(record: JournalRecord): Buffer {
  const { letter, fields, raw } = parts(record);
  const head = fields.join('\0');
  const rawBytes = raw?.length ?? 0;
  const buffer = Buffer.allocUnsafe(frameBytes + headAt + head.length + rawBytes);
  const payload = buffer.subarray(frameBytes);
  payload.write(letter, 0, 'latin1');
  payload.writeUInt32LE(head.length, 1);
  payload.write(head, headAt, 'latin1');
  if (raw) payload.set(raw, headAt + head.length);
  buffer.writeUInt32LE(payload.length, 0);
  buffer.writeUInt32LE(crc32(payload), 4);
  return buffer;
}

function parts(record: JournalRecord): { letter: string; fields: (string | number)[]; raw?: Uint8Array | undefined } {
  switch (record.type) {
    case 'accepted': {
      const { id, qp, bornSec, sizeBytes, sender, recipients, raw } = record;
      const counts = [recipients.local.length, raw ? 1 : 0];
      const fields = [id, qp, bornSec, sizeBytes, ...counts, sender, ...recipients.local, ...recipients.remote];
      return { letter: 'A', fields, raw };
    }
    case 'booted':
      return { letter: 'B', fields: [record.bootId] };
    case 'marked':
      return { letter: 'M', fields: [record.id, record.channel, record.offset, record.sure ? 1 : 0] };
    case 'failed':
      return { letter: 'F', fields: [record.id, record.offset], raw: Buffer.from(record.paragraph, 'latin1') };
    case 'finished':
      return { letter: 'E', fields: [record.id] };
  }
}

/** All whole records of a segment in order; `torn` says whether something else than zeros follows them. */
export function* decodeRecords(segment: Buffer): Generator<JournalRecord, { torn: boolean }> {
  let at = 0;
  while (at + frameBytes <= segment.length) {
    const length = segment.readUInt32LE(at);
    const payload = segment.subarray(at + frameBytes, at + frameBytes + length);
    if (payload.length < length || length < headAt || crc32(payload) !== segment.readUInt32LE(at + 4)) break;
    yield decodePayload(payload);
    at += frameBytes + length;
  }
  return { torn: segment.subarray(at).some(byte => byte !== 0) };
}

function decodePayload(payload: Buffer): JournalRecord {
  const headEnd = headAt + payload.readUInt32LE(1);
  const fields = payload.toString('latin1', headAt, headEnd).split('\0');
  const raw = payload.subarray(headEnd);
  const [first, second, third, fourth, locals, inline, sender = '', ...recipients] = fields;
  const id = Number(first);
  switch (payload.toString('latin1', 0, 1)) {
    case 'A':
      return {
        type: 'accepted',
        id,
        qp: Number(second),
        bornSec: Number(third),
        sizeBytes: Number(fourth),
        sender,
        recipients: { local: recipients.slice(0, Number(locals)), remote: recipients.slice(Number(locals)) },
        raw: inline === '1' ? raw : undefined,
      };
    case 'B':
      return { type: 'booted', bootId: first ?? '' };
    case 'M': {
      const channel = second === 'local' ? 'local' : 'remote';
      return { type: 'marked', id, channel, offset: Number(third), sure: fourth === '1' };
    }
    case 'F':
      return { type: 'failed', id, offset: Number(second), paragraph: raw.toString('latin1') };
    case 'E':
      return { type: 'finished', id };
    default:
      throw new Error(`the journal holds a record of unknown type ${payload[0]}; it was written by a newer Waypost`);
  }
}
