// Delivers to a Maildir (qmail-local: maildir_child; spec: maildir(5)). A message appears in new/ complete or not at all; a failed
// delivery leaves nothing in tmp/. The file is on the disk before the delivery is done, unless the host syncs it later (`deferSync`):
// then a power failure may tear the file, and torn-files.ts removes it.
import { accessSync, closeSync, constants, linkSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { canSyncFileSystem } from '../../lib/disk/sync-file-system.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { type UniqueName, withSize } from '../../paper-path/maildir-names.ts';
import { type Failure, temporaryFailure } from '../failure.ts';
import type { Message } from '../message/message.ts';
import { MessageReadError } from '../message/message-reader.ts';
import { exactText, rawPath } from '../raw-path.ts';
import { isTemporaryError } from '../temporary-error.ts';
import type { Sweep } from './torn-files.ts';
import { syncFile, syncNames, writeAll } from './write-and-sync.ts';

export interface MaildirDeps {
  readonly uniqueName: UniqueName;
  readonly syncDirectory: SyncDirectory;
  /** fsync(2); a test may pass another. */
  readonly syncFile?: (fd: number) => Promise<void>;
  /**
   * Takes over making the Maildir's files durable: it is called with the Maildir (a path as text) after the file is in new/, and
   * nothing is fsynced here. If it throws, the delivery is undone. Not used where syncing the whole file system is not enough.
   */
  readonly deferSync?: ((maildir: string) => void) | undefined;
  /** Where it is enough; a test may override it. */
  readonly canDefer?: (maildir: string) => boolean;
  readonly sweep?: Sweep | undefined;
  /** Told the name of the file that is in new/. */
  readonly placed?: ((name: string) => void) | undefined;
}

/** The parts of a message that a delivery to a Maildir needs. */
export type MaildirMessage = Pick<Message, 'sizeBytes' | 'whole' | 'pieces'>;

/**
 * Delivers one message.
 * @param dir absolute path of the Maildir, a byte string
 * @param head lines to add on top, a byte string
 * @returns undefined when the message is in new/, durably or to be synced by `deferSync`
 */
export async function deliverToMaildir(
  dir: string,
  head: string,
  message: MaildirMessage,
  deps: MaildirDeps,
): Promise<Failure | undefined> {
  const maildir = trimEndOf(dir, '/') || dir.slice(0, 1);
  const makeDurable = durability(maildir, deps);
  const rawHead = Buffer.from(head, 'latin1');
  try {
    deps.sweep?.(maildir);
    const { fd, name } = createTmp(maildir, deps.uniqueName, rawHead.length + message.sizeBytes);
    const tmp = rawPath(`${maildir}/tmp/${name}`);
    try {
      await fill(fd, rawHead, message, makeDurable.file);
      await publish(tmp, rawPath(`${maildir}/new/${name}`), makeDurable.name);
    } catch (error) {
      removeQuietly(tmp);
      throw error;
    }
    deps.placed?.(name);
    return undefined;
  } catch (error) {
    if (error instanceof MessageReadError) return temporaryFailure('Unable to read message. (#4.3.0)');
    return checkMaildir(maildir) ?? maildirFailure(maildir, error);
  }
}

/** How a file and its name in new/ are made to survive a power loss. */
interface Durability {
  file(fd: number): Promise<void> | undefined;
  name(): Promise<void> | undefined;
}

function durability(dir: string, deps: MaildirDeps): Durability {
  const { deferSync, syncDirectory, canDefer = canSyncFileSystem } = deps;
  const file = deps.syncFile ?? syncFile;
  const text = exactText(dir);
  if (text === undefined) return { file, name: () => syncNames(`${dir}/new`) };
  if (!deferSync || !canDefer(text)) return { file, name: () => syncDirectory(`${text}/new`) };
  return {
    file: () => undefined,
    name: () => {
      deferSync(text);
      return undefined;
    },
  };
}

/** The reason why nothing can be delivered to the Maildir now. */
export function checkMaildir(dir: string): Failure | undefined {
  try {
    accessSync(rawPath(dir), constants.X_OK);
    if (statSync(rawPath(dir)).isDirectory()) return undefined;
  } catch (error) {
    if (isTemporaryError(error)) return maildirFailure(dir, error);
  }
  return temporaryFailure('Unable to chdir to maildir. (#4.2.1)');
}

function createTmp(dir: string, uniqueName: UniqueName, sizeBytes: number): { fd: number; name: string } {
  for (let tries = 3; ; tries--) {
    const name = withSize(uniqueName(), sizeBytes);
    try {
      return { fd: openSync(rawPath(`${dir}/tmp/${name}`), 'wx', 0o600), name };
    } catch (error) {
      if (tries <= 1 || errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function fill(fd: number, head: Buffer, message: MaildirMessage, sync: Durability['file']): Promise<void> {
  try {
    const whole = message.whole();
    if (whole) await writeAll(fd, Buffer.concat([head, whole]));
    else await stream(fd, head, message);
    await sync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The file's name contains its size, so a file of another size must not get into new/. */
async function stream(fd: number, head: Buffer, message: MaildirMessage): Promise<void> {
  await writeAll(fd, head);
  let leftBytes = message.sizeBytes;
  for await (const piece of message.pieces()) {
    await writeAll(fd, piece);
    leftBytes -= piece.length;
  }
  if (leftBytes !== 0) throw new MessageReadError(new Error('the file has changed its length'));
}

async function publish(tmp: Buffer, published: Buffer, sync: Durability['name']): Promise<void> {
  moveNew(tmp, published);
  try {
    await sync();
  } catch (error) {
    takeBack(published, error);
    throw error;
  }
}

/** Removes the file, because the message will be delivered again. @throws NotTakenBack if that fails */
function takeBack(published: Buffer, why: unknown): void {
  try {
    unlinkSync(published);
  } catch (error) {
    throw new NotTakenBack(why, error);
  }
}

/** A file in new/ that may be lost in a power failure, and that could not be removed. */
class NotTakenBack extends Error {
  constructor(why: unknown, whyNot: unknown) {
    super(`${reasonOf(why)}. The part that was written could not be removed: ${reasonOf(whyNot)}`);
  }
}

/** link(2) never replaces a file; rename is used where links are not supported. */
function moveNew(tmp: Buffer, published: Buffer): void {
  try {
    linkSync(tmp, published);
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    renameSync(tmp, published);
    return;
  }
  removeQuietly(tmp);
}

function removeQuietly(path: Buffer): void {
  try {
    unlinkSync(path);
  } catch {
    // Readers delete files in tmp/ after 36 hours (maildir(5)).
  }
}

function maildirFailure(maildir: string, error: unknown): Failure {
  return temporaryFailure(`Temporary error on maildir delivery. (#4.3.0)\n${reasonOf(error)}: ${maildir}`);
}
