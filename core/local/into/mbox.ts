// Appends a message to an mbox file (qmail-local: mailfile; spec: mbox(5)), holding a flock(2) against other programs. A failed
// delivery truncates the file to its previous length.
import { closeSync, constants, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { tryLockExclusive } from '../../lib/posix.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { type Failure, temporaryFailure } from '../failure.ts';
import { MessageReadError } from '../message/message-reader.ts';
import { rawPath } from '../raw-path.ts';
import { quoteForMbox } from './mbox-quoting.ts';
import { syncFile, writeAll } from './write-and-sync.ts';

const lineEnd = Buffer.from('\n');
const lockLimitMs = 30_000;
const lockPollMs = 100;

/**
 * Delivers one message.
 * @param mbox the file's path, and its name in the .qmail line; byte strings
 * @param head UFLINE, RPLINE and DTLINE
 * @param tryLock see `tryLockExclusive`
 */
export async function deliverToMbox(
  mbox: { readonly path: string; readonly name: string },
  head: string,
  message: MessageSource,
  deps: { readonly clock: Clock; readonly tryLock?: (fd: number) => boolean },
): Promise<Failure | undefined> {
  let fd: number;
  try {
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
    fd = openSync(rawPath(mbox.path), flags, 0o600);
  } catch (error) {
    return temporaryFailure(`Unable to open ${mbox.name}: ${reasonOf(error)}. (#4.2.1)`);
  }
  try {
    const locked = await lock(fd, deps.clock, deps.tryLock ?? tryLockExclusive);
    if (locked === 'taken') return temporaryFailure('File has been locked for 30 seconds straight. (#4.3.0)');
    const top = endsInLine(mbox.path, fstatSync(fd).size) ? head : `\n${head}`;
    return await append(fd, mbox.name, top, message, locked === 'locked');
  } finally {
    closeSync(fd);
  }
}

/**
 * Whether the file ends in a whole line, or is empty. After a power failure it may end anywhere, and a From line behind that would
 * be no From line: the new message would be part of the one before.
 */
function endsInLine(path: string, sizeBytes: number): boolean {
  if (sizeBytes === 0) return true;
  let fd: number | undefined;
  try {
    fd = openSync(rawPath(path), constants.O_RDONLY | constants.O_NONBLOCK);
    const last = Buffer.from('\n');
    readSync(fd, last, 0, 1, sizeBytes - 1);
    return last.equals(lineEnd);
  } catch {
    return true; // It may not be read: as in qmail, nothing is known about its end.
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

async function append(
  fd: number,
  name: string,
  head: string,
  message: MessageSource,
  locked: boolean,
): Promise<Failure | undefined> {
  const sizeBefore = fstatSync(fd).size;
  try {
    await writeAll(fd, Buffer.from(head, 'latin1'));
    for await (const piece of quoteForMbox(message)) await writeAll(fd, piece);
    await writeAll(fd, lineEnd);
    await syncFile(fd);
    return undefined;
  } catch (error) {
    const undo = locked ? truncate(fd, sizeBefore) : '';
    if (error instanceof MessageReadError)
      return temporaryFailure(`Unable to read message: ${error.message}. (#4.3.0)${undo}`);
    return temporaryFailure(`Unable to write ${name}: ${reasonOf(error)}. (#4.3.0)${undo}`);
  }
}

function truncate(fd: number, size: number): string {
  try {
    ftruncateSync(fd, size);
    return '';
  } catch (error) {
    return `\nThe part that was written could not be removed: ${reasonOf(error)}.`;
  }
}

/** `unlockable`: the file or file system does not support locks (a device, some network disks); deliveries go on without. */
async function lock(
  fd: number,
  clock: Clock,
  tryLock: (fd: number) => boolean,
): Promise<'locked' | 'taken' | 'unlockable'> {
  try {
    // Counted, not measured, because the clock may be changed.
    for (let waitedMs = 0; !tryLock(fd); waitedMs += lockPollMs) {
      if (waitedMs >= lockLimitMs) return 'taken';
      await new Promise<void>(resolve => clock.after(lockPollMs, resolve));
    }
    return 'locked';
  } catch {
    return 'unlockable';
  }
}
