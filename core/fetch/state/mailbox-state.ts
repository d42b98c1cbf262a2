// What is known of the messages of one mailbox at a provider (POP3), or of one folder (IMAP): a file to which each event is
// appended. The order makes a crash repeat one step at most: begun (synced), accepted by the queue, here (written before any
// delivery), synced, deleted there, gone.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { publish } from '../../lib/disk/durable.ts';
import { syncFileData } from '../../lib/disk/file-sync.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { errorCode } from '../../lib/user-error.ts';
import { formatStateLine, type Known, parseStateLine, type StateLine } from './state-text.ts';

export interface MailboxState {
  /** IMAP's UIDVALIDITY; undefined: none was noted. */
  readonly validity: string | undefined;
  /** The highest UID that was seen, as a number; 0: none. */
  readonly upto: number;
  readonly size: number;
  known(uid: string): Known | undefined;
  all(): IterableIterator<[uid: string, known: Known]>;
  /** Before the message is handed to the queue; it is on the disk when this resolves. */
  begin(uid: string, token: string, sizeBytes: number): Promise<void>;
  /** Written at once, on the disk after `settle`. */
  note(uid: string, known: Known): void;
  /** Resolves when all that was noted is on the disk: only then anything is deleted at the server. */
  settle(): Promise<void>;
  /** It is no longer at the server. */
  gone(uid: string): void;
  /** The server has numbered its messages anew: what was fetched is known by its digest and size only. */
  renumber(validity: string | undefined): void;
  /** Whether a message was fetched before the messages were numbered anew. */
  wasFetched(digest: string, sizeBytes: number): boolean;
  readonly hasOld: boolean;
  /** UIDs that were handed to the queue, perhaps: the host ended before it noted that. */
  unsure(): readonly Unsure[];
  /** Writes the file anew if it has grown, without what needs no line. @param mostHere older ones are forgotten: `upto` covers them */
  compact(mostHere?: number): Promise<void>;
  close(): void;
}

/** A message that may have been accepted. */
interface Unsure {
  readonly uid: string;
  readonly token: string;
  readonly sizeBytes: number;
}

/** A state of this many messages fits into some tens of megabytes. */
export const mostMessages = 100_000;
const largestFile = 64 * 1024 * 1024;
const roomBytes = 64 * 1024;

/** @throws what the file system says; Error when the file is not a state */
export function openMailboxState(path: string): MailboxState {
  const messages = new Map<string, Known>();
  const begun = new Map<string, Unsure>();
  const old = new Set<string>();
  let validity: string | undefined;
  let upto = 0;

  function apply(line: StateLine): void {
    switch (line.type) {
      case 'validity':
        if (validity !== line.validity) upto = 0;
        validity = line.validity;
        return;
      case 'begun':
        begun.set(line.uid, line);
        return;
      case 'here':
      case 'left':
        begun.delete(line.uid);
        messages.set(line.uid, line.known);
        upto = Math.max(upto, uidNumber(line.uid));
        return;
      case 'gone':
        begun.delete(line.uid);
        messages.delete(line.uid);
        return;
      case 'upto':
        upto = Math.max(upto, uidNumber(line.uid));
        return;
      case 'old':
        if (old.size < mostMessages) old.add(`${line.digest} ${line.sizeBytes}`);
    }
  }

  for (const text of textAt(path).split('\n')) {
    const line = parseStateLine(text);
    if (line) apply(line);
  }
  let fd = openToAppend(path);
  // What a crash left of the last line must not become part of the next one.
  if (fstatSync(fd).size > 0) writeAllSync(fd, Buffer.from('\n'));

  function append(line: StateLine): void {
    writeAllSync(fd, Buffer.from(formatStateLine(line)));
    apply(line);
  }

  function* lines(): Generator<StateLine> {
    if (validity !== undefined) yield { type: 'validity', validity };
    if (upto > 0) yield { type: 'upto', uid: String(upto) };
    for (const entry of old) {
      const [digest = '', sizeBytes = ''] = entry.split(' ');
      yield { type: 'old', digest, sizeBytes: Number(sizeBytes) };
    }
    for (const one of begun.values()) yield { type: 'begun', ...one };
    for (const [uid, known] of messages) yield lineOf(uid, known);
  }

  function forgetOldest(mostHere: number): void {
    let tooMany = messages.size - mostHere;
    for (const [uid, { kind }] of messages) {
      if (tooMany <= 0) return;
      if (kind === 'here') {
        messages.delete(uid);
        tooMany--;
      }
    }
  }

  return {
    get validity() {
      return validity;
    },
    get upto() {
      return upto;
    },
    get size() {
      return messages.size;
    },
    get hasOld() {
      return old.size > 0;
    },
    known: uid => messages.get(uid),
    all: () => messages.entries(),
    async begin(uid, token, sizeBytes) {
      append({ type: 'begun', uid, token, sizeBytes });
      await syncFileData(fd);
    },
    note(uid, known) {
      append(lineOf(uid, known));
    },
    settle: () => syncFileData(fd),
    gone: uid => append({ type: 'gone', uid }),
    renumber(next) {
      for (const [uid, known] of messages) {
        if (known.kind === 'here' && known.digest !== '-') {
          append({ type: 'old', digest: known.digest, sizeBytes: known.sizeBytes });
        }
        append({ type: 'gone', uid });
      }
      if (next !== undefined) append({ type: 'validity', validity: next });
    },
    wasFetched: (digest, sizeBytes) => digest !== '-' && old.has(`${digest} ${sizeBytes}`),
    unsure: () => [...begun.values()].map(({ uid, token, sizeBytes }) => ({ uid, token, sizeBytes })),
    async compact(mostHere = mostMessages) {
      forgetOldest(mostHere);
      const raw = Buffer.from([...lines()].map(formatStateLine).join(''));
      if (fstatSync(fd).size < 2 * raw.length + roomBytes) return;
      await publish(path, raw, 0o600);
      closeSync(fd);
      fd = openToAppend(path);
    },
    close: () => closeSync(fd),
  };
}

function lineOf(uid: string, known: Known): StateLine {
  return known.kind === 'here' ? { type: 'here', uid, known } : { type: 'left', uid, known };
}

function textAt(path: string): string {
  try {
    return readWholeFile(path, largestFile).toString('latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** At a fifo that nobody reads it fails instead of waiting. */
function openToAppend(path: string): number {
  return openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | (constants.O_NONBLOCK ?? 0),
    0o600,
  );
}

/** 0 for a UID of POP3. */
function uidNumber(uid: string): number {
  return /^\d{1,10}$/.test(uid) ? Number(uid) : 0;
}
