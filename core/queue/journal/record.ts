// One record of the journal: what it says, and its bytes. A record that was not written completely is recognised, and ends the
// segment. Frame: length and CRC-32 of the payload (32 bits each, little endian), payload. Payload: a letter, the
// length of the head, the head (fields separated by NUL, byte strings), and what follows is raw bytes.
import { crc32 } from 'node:zlib';
import type { Channel } from '../../control/classify.ts';
import { formatKept, type KeptDsn, parseKept } from '../files/dsn-file.ts';
import { type FailureFields, formatFields, parseFields } from '../files/failure-fields.ts';

export type JournalRecord = Booted | Written | Accepted | Filed | Marked | Failed | Finished | Renumbered | Recovering;

/** The first record of a segment: which run of the machine wrote it. A different run after a crash means that the power was lost. */
interface Booted {
  readonly type: 'booted';
  readonly bootId: string;
  /** Which directory the queue is (takeover.ts): a copy of the queue is a different one. */
  readonly place?: string | undefined;
}

/** A delivery wrote below this directory and leaves the sync to the next checkpoint. */
interface Written {
  readonly type: 'written';
  readonly directory: string;
}

/** The host has accepted a message. */
export interface Accepted {
  readonly type: 'accepted';
  readonly id: number;
  readonly qp: number;
  readonly bornSec: number;
  readonly sizeBytes: number;
  readonly sender: string;
  /** Recipients as classified: the contents of local/N and remote/N, if these exist. */
  readonly recipients: Readonly<Record<Channel, readonly string[]>>;
  /** The whole message file; undefined: mess/N was made durable before this record was written. */
  readonly raw: Uint8Array | undefined;
  /** When mess/N had been read last, if it came through todo/N; undefined: the host accepted it itself. */
  readonly readSec?: number | undefined;
  /** What the sender wants to be told; undefined: nothing was said about it. */
  readonly dsn?: KeptDsn | undefined;
}

/** Names one message: a number is used again after its message is gone, but not with the same birth. */
export interface OfMessage {
  readonly id: number;
  readonly bornSec: number;
}

/** From here on all files of these messages exist, and qmail-send would find them. */
interface Filed {
  readonly type: 'filed';
  readonly messages: readonly OfMessage[];
}

/** A recipient is done: delivered, or failed and noted for the bounce. */
interface Marked extends OfMessage {
  readonly type: 'marked';
  readonly channel: Channel;
  /** Where its record starts in the channel file. */
  readonly offset: number;
  /** False: delivered into a file that only the next checkpoint makes durable. Such a mark counts unless the power was lost. */
  readonly sure: boolean;
}

/** A paragraph of the bounce. */
export interface Failed extends OfMessage {
  readonly type: 'failed';
  /** Where it starts in bounce/N. */
  readonly offset: number;
  readonly paragraph: string;
  /** Undefined: written by an earlier version. */
  readonly fields: FailureFields | undefined;
}

/** The message is gone: it has no recipient left, and its bounce (if any) is queued. */
interface Finished extends OfMessage {
  readonly type: 'finished';
}

/** Written by recovery: other messages have the files of these, which get new numbers. All at once or none. */
interface Renumbered {
  readonly type: 'renumbered';
  readonly numbers: readonly NewNumber[];
}

/** Written by recovery before it changes any file: from here on a missing file tells nothing about qmail-send (takeover.ts). */
interface Recovering {
  readonly type: 'recovering';
}

/** The message that was accepted as `from`, with this `qp`. */
export interface NewNumber {
  readonly from: number;
  readonly qp: number;
  readonly to: number;
}

/** Says that the last field of an accepted message is what its sender wants to be told. */
const withDsn = 'd';

const frameBytes = 8;
const headAt = 5;

/** A record's bytes, ready to be appended. */
export function encodeRecord(record: JournalRecord): Buffer {
  const { letter, fields, lists = [], raw } = parts(record);
  const head = fields.join('\0');
  let headEnd = headAt + head.length;
  for (const list of lists) for (const field of list) headEnd += 1 + field.length;
  const buffer = Buffer.allocUnsafe(frameBytes + headEnd + (raw?.length ?? 0));
  const payload = buffer.subarray(frameBytes);
  payload.write(letter, 0, 'latin1');
  payload.writeUInt32LE(headEnd - headAt, 1);
  let at = headAt + payload.write(head, headAt, 'latin1');
  for (const list of lists) {
    for (const field of list) {
      payload[at++] = 0;
      at += payload.write(field, at, 'latin1');
    }
  }
  if (raw) payload.set(raw, headEnd);
  buffer.writeUInt32LE(payload.length, 0);
  buffer.writeUInt32LE(crc32(payload), 4);
  return buffer;
}

interface Parts {
  readonly letter: string;
  readonly fields: readonly (string | number)[];
  /** More fields, possibly very many: they are written one by one, not joined first. */
  readonly lists?: readonly (readonly string[])[];
  readonly raw?: Uint8Array | undefined;
}

function parts(record: JournalRecord): Parts {
  switch (record.type) {
    case 'booted':
      return { letter: 'B', fields: [record.bootId, ...(record.place === undefined ? [] : [record.place])] };
    case 'written':
      return { letter: 'W', fields: [], raw: Buffer.from(record.directory) };
    case 'accepted': {
      const { id, qp, bornSec, sizeBytes, sender, recipients, raw, readSec, dsn } = record;
      const counts = [recipients.local.length, `${raw ? 1 : 0}${readSec ?? ''}${dsn ? withDsn : ''}`];
      const fields = [id, qp, bornSec, sizeBytes, ...counts, sender];
      const last = dsn ? [formatKept(dsn)] : [];
      return { letter: 'A', fields, lists: [recipients.local, recipients.remote, last], raw };
    }
    case 'filed':
      return { letter: 'S', fields: record.messages.flatMap(({ id, bornSec }) => [id, bornSec]) };
    case 'marked': {
      const { id, bornSec, channel, offset, sure } = record;
      return { letter: 'M', fields: [id, bornSec, channel, offset, sure ? 1 : 0] };
    }
    case 'failed': {
      const { id, bornSec, offset, paragraph, fields } = record;
      const why = fields ? [formatFields(fields)] : [];
      return { letter: 'F', fields: [id, bornSec, offset, ...why], raw: Buffer.from(paragraph, 'latin1') };
    }
    case 'finished':
      return { letter: 'E', fields: [record.id, record.bornSec] };
    case 'renumbered':
      return { letter: 'R', fields: record.numbers.flatMap(({ from, qp, to }) => [from, qp, to]) };
    case 'recovering':
      return { letter: 'T', fields: [] };
  }
}

/** All complete records of a segment in order; `torn` tells whether anything but zeros follows them. */
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
  const [first = '', second, third, fourth, fifth, sixth = '', seventh = '', ...others] = fields;
  const id = Number(first);
  const bornSec = Number(second);
  switch (payload.toString('latin1', 0, 1)) {
    case 'B':
      return { type: 'booted', bootId: first, place: second };
    case 'W':
      return { type: 'written', directory: raw.toString() };
    case 'A': {
      const readSec = sixth.slice(1).replace(withDsn, '');
      const dsn = sixth.endsWith(withDsn) ? parseKept(others.pop() ?? '') : undefined;
      return {
        type: 'accepted',
        id,
        qp: Number(second),
        bornSec: Number(third),
        sizeBytes: Number(fourth),
        sender: seventh,
        recipients: { local: others.slice(0, Number(fifth)), remote: others.slice(Number(fifth)) },
        raw: sixth.startsWith('1') ? raw : undefined,
        readSec: readSec === '' ? undefined : Number(readSec),
        ...(dsn && { dsn }),
      };
    }
    case 'S':
      return { type: 'filed', messages: messagesIn(fields.map(Number)) };
    case 'M': {
      const channel = third === 'local' ? 'local' : 'remote';
      return { type: 'marked', id, bornSec, channel, offset: Number(fourth), sure: fifth === '1' };
    }
    case 'F':
      return {
        type: 'failed',
        id,
        bornSec,
        offset: Number(third),
        paragraph: raw.toString('latin1'),
        fields: fourth === undefined ? undefined : parseFields(fourth),
      };
    case 'E':
      return { type: 'finished', id, bornSec };
    case 'R':
      return { type: 'renumbered', numbers: newNumbers(fields.map(Number)) };
    case 'T':
      return { type: 'recovering' };
    default:
      throw new Error(`the journal holds a record of unknown type ${payload[0]}; it was written by a newer Waypost`);
  }
}

function messagesIn(numbers: readonly number[]): OfMessage[] {
  const found: OfMessage[] = [];
  for (let at = 0; at + 1 < numbers.length; at += 2) {
    const [id, bornSec] = numbers.slice(at, at + 2) as [number, number];
    found.push({ id, bornSec });
  }
  return found;
}

function newNumbers(numbers: readonly number[]): NewNumber[] {
  const found: NewNumber[] = [];
  for (let at = 0; at + 2 < numbers.length; at += 3) {
    const [from, qp, to] = numbers.slice(at, at + 3) as [number, number, number];
    found.push({ from, qp, to });
  }
  return found;
}
