// maildir2mbox: moves the messages of a Maildir to an mbox, for mail readers that support only that. A new mbox is written to a
// temporary file, which replaces the old one when it is on the disk; only then are the messages removed from the Maildir.
import { closeSync, constants, openSync, renameSync, unlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { tryLockExclusive } from '../../lib/posix.ts';
import { formatCtime } from '../../lib/text/date822.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { BuiltinProgram, ProgramCall } from '../../paper-path/builtin-program.ts';
import { cleanTmp, type MaildirFile } from '../../paper-path/maildir-files.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { quoteForMbox } from '../into/mbox-quoting.ts';
import { syncFile, syncNames, writeAll } from '../into/write-and-sync.ts';
import { MessageReadError, messagePieces } from '../message/message-reader.ts';
import { absolute, rawPath } from '../raw-path.ts';
import { maildirOf, messagesIn } from './maildir-variable.ts';
import { FatalError, fatal, orFatal } from './program-exit.ts';

const name = 'maildir2mbox';
const lockPollMs = 100;

/** @returns 0 all moved, or nothing to move; 111 failed, and all messages are still in the Maildir */
export const maildir2mbox: BuiltinProgram = async call => {
  const { MAIL: mbox, MAILTMP: temporary } = call.env;
  if (mbox === undefined) return fatal(call, name, 111, 'MAIL not set');
  if (temporary === undefined) return fatal(call, name, 111, 'MAILTMP not set');
  const nowSec = Math.floor(call.nowMs() / 1000);
  try {
    const maildir = maildirOf(call);
    cleanTmp(maildir, nowSec);
    const files = messagesIn(maildir, ['new', 'cur'], nowSec);
    if (files.length > 0) await move(call, maildir, files, { mbox, temporary });
    return 0;
  } catch (error) {
    if (error instanceof FatalError) return fatal(call, name, 111, error.message);
    throw error;
  }
};

/** Paths as in the variables. */
interface Boxes {
  readonly mbox: string;
  readonly temporary: string;
}

async function move(call: ProgramCall, maildir: string, files: readonly MaildirFile[], boxes: Boxes): Promise<void> {
  const { mbox, temporary } = boxes;
  const [place, other] = [absolute(mbox, call.cwd), absolute(temporary, call.cwd)];
  const [from, to] = [rawPath(place), rawPath(other)];
  const lock = await orFatal(`unable to lock ${mbox}`, () => openSync(from, 'a', 0o600));
  try {
    await orFatal(`unable to lock ${mbox}`, () => waitForLock(lock));
    const box = await orFatal(`unable to create ${temporary}`, () => openSync(to, 'w', 0o600));
    try {
      const add = (path: Buffer, shown: string, entry: Entry) => append(box, path, { shown, temporary }, entry);
      await add(from, mbox, pieces => pieces);
      for (const { name: file, timeSec } of files) {
        await add(rawPath(`${maildir}/${file}`), `$MAILDIR/${file}`, pieces => mboxEntry(pieces, timeSec));
      }
      await orFatal(`unable to write to ${temporary}`, () => syncFile(box));
    } finally {
      closeSync(box);
    }
    await orFatal(`unable to move ${temporary} to ${mbox}`, () => renameSync(to, from));
    // The messages may be removed only after the rename is on the disk.
    await orFatal(`unable to sync the directory of ${mbox}`, () =>
      syncNames(place.slice(0, place.lastIndexOf('/') + 1)),
    );
  } finally {
    closeSync(lock);
  }
  for (const { name: file } of files) remove(call, maildir, file);
}

/** Waits without a time limit. */
async function waitForLock(fd: number): Promise<void> {
  while (!tryLockExclusive(fd)) await setTimeout(lockPollMs);
}

/** Converts the contents of a file for the mbox. */
type Entry = (pieces: MessageSource) => MessageSource;

async function append(
  box: number,
  path: Buffer,
  { shown, temporary }: { readonly shown: string; readonly temporary: string },
  entry: Entry,
): Promise<void> {
  const fd = await orFatal(`unable to read ${shown}`, () => openSync(path, constants.O_RDONLY));
  try {
    for await (const piece of entry(messagePieces(fd))) {
      await orFatal(`unable to write to ${temporary}`, () => writeAll(box, piece));
    }
  } catch (error) {
    throw error instanceof MessageReadError ? new FatalError(`unable to read ${shown}: ${error.message}`) : error;
  } finally {
    closeSync(fd);
  }
}

/** A message with its `From ` line before it, and an empty line after it. */
async function* mboxEntry(pieces: MessageSource, timeSec: number): AsyncGenerator<Uint8Array> {
  let begun = false;
  for await (const piece of quoteForMbox(pieces)) {
    if (!begun) yield Buffer.from(`From ${senderIn(piece)} ${formatCtime(timeSec * 1000)}\n`, 'latin1');
    begun = true;
    yield piece;
  }
  if (!begun) yield Buffer.from(`From XXX ${formatCtime(timeSec * 1000)}\n`);
  yield Buffer.from('\n');
}

/** The sender in the Return-Path line, which a delivery to a Maildir adds on top. */
function senderIn(start: Uint8Array): string {
  const line = Buffer.from(start.buffer, start.byteOffset, start.length).toString('latin1').split('\n', 1)[0] ?? '';
  const sender = /^Return-Path: <(.*).$/.exec(line)?.[1];
  return sender === undefined ? 'XXX' : sender.replace(/[ \t]/g, '-') || 'MAILER-DAEMON';
}

function remove(call: ProgramCall, maildir: string, file: string): void {
  try {
    unlinkSync(rawPath(`${maildir}/${file}`));
  } catch (error) {
    const why = `will be delivered twice; unable to unlink: ${reasonOf(error)}`;
    call.err(`${name}: warning: $MAILDIR/${file} ${why}\n`);
  }
}
