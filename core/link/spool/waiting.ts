// What waits in the Maildir of a link, in memory: each file is read once, and the directory is looked through again whenever it may
// have changed. Other programs may put files there and take them away (maildirsmtp by hand).
import { closeSync, fstatSync, readdirSync, readSync } from 'node:fs';
import { openToRead } from '../../lib/disk/open-to-read.ts';
import type { LogLine } from '../../lib/log.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { decodeText } from '../../message/encodings/display-text.ts';
import { parseHeader } from '../../message/header/parse-header.ts';
import { fileIn } from '../serial/act-on-result.ts';
import { envelopeIn } from '../serial/serial-message.ts';

/** A message that waits. Strings but `subject` are byte strings. */
export interface Waiting {
  /** `new/…` or `cur/…` */
  readonly name: string;
  readonly sender: string;
  /** Without the prefix of the link. */
  readonly recipient: string;
  readonly subject: string;
  /** Of the whole file. */
  readonly sizeBytes: number;
  readonly atMs: number;
  /** Precedence: bulk, list or junk. */
  readonly bulk: boolean;
}

export interface WaitingMail {
  /** As of the last look, in no order. */
  all(): Iterable<Waiting>;
  readonly count: number;
  get(name: string): Waiting | undefined;
  /** Looks through the directory. Calls that come while it does share the next look. */
  look(): Promise<void>;
  /** A file has come: it is read, and nothing else is looked at. */
  arrived(name: string): void;
  /** It was removed. */
  forget(name: string): void;
  /** Counts up with each message that is new. */
  readonly arrivals: number;
}

const headBytes = 16 * 1024;

/** @param prefix of the recipients that are meant: `link-NAME-` */
export function createWaitingMail(maildir: string, prefix: string, log: LogLine): WaitingMail {
  const known = new Map<string, Waiting>();
  /** Files that are no message for a link, or cannot be read: said once. */
  const passedOver = new Set<string>();
  let arrivals = 0;
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function lookNow(): Promise<void> {
    const names = new Set(['new', 'cur'].flatMap(place => namesIn(place)));
    for (const name of [...known.keys()]) if (!names.has(name)) forget(name);
    for (const name of passedOver) if (!names.has(name)) passedOver.delete(name);
    const slice = createTimeSlice();
    for (const name of names) {
      add(name);
      if (slice.isOver()) await slice.next();
    }
  }

  function namesIn(place: string): string[] {
    try {
      return readdirSync(Buffer.from(`${maildir}/${place}`), 'latin1')
        .filter(name => !name.startsWith('.'))
        .map(name => `${place}/${name}`);
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') log(`warning: unable to read ${maildir}/${place}: ${reasonOf(error)}`);
      return [];
    }
  }

  function add(name: string): void {
    if (known.has(name) || passedOver.has(name)) return;
    try {
      const message = readWaiting(fileIn(maildir, name), name, prefix);
      if (message) {
        known.set(name, message);
        arrivals++;
        return;
      }
      log(`warning: ${name} is passed over: it does not start with Return-Path and Delivered-To of this link`);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      log(`warning: unable to read ${name}: ${reasonOf(error)}`);
    }
    passedOver.add(name);
  }

  function forget(name: string): void {
    known.delete(name);
  }

  return {
    all: () => known.values(),
    get count() {
      return known.size;
    },
    get: name => known.get(name),
    look() {
      if (!running) {
        running = lookNow().finally(() => {
          running = undefined;
        });
        return running;
      }
      next ??= running.then(() => {
        next = undefined;
        return this.look();
      });
      return next;
    },
    arrived: add,
    forget,
    get arrivals() {
      return arrivals;
    },
  };
}

function readWaiting(path: Buffer, name: string, prefix: string): Waiting | undefined {
  const fd = openToRead(path);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const head = Buffer.alloc(headBytes);
    const raw = head.subarray(0, readSync(fd, head, 0, headBytes, 0));
    const envelope = envelopeIn(raw.toString('latin1'), prefix);
    if (!envelope) return undefined;
    const header = parseHeader(raw, envelope.endsAt);
    return {
      name,
      sender: envelope.sender,
      recipient: envelope.recipient,
      subject: decodeText(header.first('subject')),
      sizeBytes: stat.size,
      atMs: stat.mtimeMs,
      bulk: /^(?:bulk|list|junk)$/i.test(header.first('precedence').trim()),
    };
  } finally {
    closeSync(fd);
  }
}
