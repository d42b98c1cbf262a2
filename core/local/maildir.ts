// Delivers into a Maildir (qmail-local: maildir_child; spec: maildir(5)). The message is in new/ whole and on the disk,
// or not at all; a failed delivery leaves nothing in tmp/.
import { accessSync, closeSync, constants, linkSync, openSync, renameSync, statSync, unlinkSync } from 'node:fs';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { SyncDirectory } from '../lib/directory-sync.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { MessageReadError } from './message-reader.ts';
import { syncFile, writeAll } from './output.ts';
import { exactText, rawPath } from './raw-path.ts';
import { laterStop, type Stop } from './stop.ts';
import { isTemporaryError } from './temporary-error.ts';

/** Gives file names that no other delivery on any host uses. */
export type UniqueName = () => string;

/** @param hostName this machine's name, which keeps names apart where machines share a disk */
export function createUniqueName(deps: { readonly clock: Clock; readonly hostName: string; pid: number }): UniqueName {
  const host = deps.hostName.slice(0, 64).replaceAll('/', '\\057').replaceAll(':', '\\072');
  let counter = 0;
  return () => {
    counter++;
    const usec = Math.floor((deps.clock.nowMs() % 1000) * 1000);
    return `${nowSec(deps.clock)}.M${usec}P${deps.pid}Q${counter}.${host}`;
  };
}

/**
 * Delivers one message.
 * @param dir absolute path of the Maildir, a byte string
 * @param head lines to put on top, a byte string
 * @returns undefined when the message is safe in new/
 */
export async function deliverToMaildir(
  dir: string,
  head: string,
  message: AsyncIterable<Uint8Array>,
  deps: { readonly uniqueName: UniqueName; readonly syncDirectory: SyncDirectory },
): Promise<Stop | undefined> {
  const missing = checkMaildir(dir);
  if (missing) return missing;
  try {
    const { fd, name } = createTmp(dir, deps.uniqueName);
    try {
      await fill(fd, head, message);
    } catch (error) {
      removeQuietly(`${dir}/tmp/${name}`);
      throw error;
    }
    await publish(dir, name, deps.syncDirectory);
    return undefined;
  } catch (error) {
    if (error instanceof MessageReadError) return laterStop('Unable to read message. (#4.3.0)');
    return temporaryTrouble(error);
  }
}

function checkMaildir(dir: string): Stop | undefined {
  try {
    accessSync(rawPath(dir), constants.X_OK);
    if (statSync(rawPath(dir)).isDirectory()) return undefined;
  } catch (error) {
    if (isTemporaryError(error)) return temporaryTrouble(error);
  }
  return laterStop('Unable to chdir to maildir. (#4.2.1)');
}

function createTmp(dir: string, uniqueName: UniqueName): { fd: number; name: string } {
  for (let tries = 3; ; tries--) {
    const name = uniqueName();
    try {
      return { fd: openSync(rawPath(`${dir}/tmp/${name}`), 'wx', 0o600), name };
    } catch (error) {
      if (tries <= 1 || errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

async function fill(fd: number, head: string, message: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await writeAll(fd, Buffer.from(head, 'latin1'));
    for await (const piece of message) await writeAll(fd, piece);
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

async function publish(dir: string, name: string, syncDirectory: SyncDirectory): Promise<void> {
  const tmp = `${dir}/tmp/${name}`;
  const published = `${dir}/new/${name}`;
  try {
    moveNew(tmp, published);
  } catch (error) {
    removeQuietly(tmp);
    throw error;
  }
  try {
    const text = exactText(`${dir}/new`);
    await (text === undefined ? syncOddlyNamed(`${dir}/new`) : syncDirectory(text));
  } catch (error) {
    removeQuietly(published); // it will be delivered again
    throw error;
  }
}

/** link(2) never replaces a file; rename serves where there are no links. */
function moveNew(tmp: string, published: string): void {
  try {
    linkSync(rawPath(tmp), rawPath(published));
  } catch (error) {
    const code = errorCode(error);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    renameSync(rawPath(tmp), rawPath(published));
    return;
  }
  removeQuietly(tmp);
}

/** For names that are not UTF-8. */
async function syncOddlyNamed(path: string): Promise<void> {
  const fd = openSync(rawPath(path), constants.O_RDONLY);
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(rawPath(path));
  } catch {
    // Readers delete old files in tmp/ after 36 hours (maildir(5)); nothing was promised about this one.
  }
}

function temporaryTrouble(error: unknown): Stop {
  return laterStop(`Temporary error on maildir delivery. (#4.3.0)\n${reasonOf(error)}`);
}
