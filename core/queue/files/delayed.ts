// delayed/N: the recipients of a message whose sender has been told that it is late. It is Waypost's own file beside qmail's:
// NUL-terminated records, the first line of the message (first-line.ts), then a recipient's key each. Records are appended, with a NUL
// before them too, so that half a record that a crash has left stays separate.
import { closeSync, fstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { errorCode } from '../../lib/user-error.ts';
import { records } from './envelope-file.ts';
import { firstLine } from './first-line.ts';
import { messageNumber, type QueueLayout } from './layout.ts';
import { openOwned } from './open-owned.ts';

/** The keys of recipients (`recipientKey`). @throws when the file is there and cannot be read */
export function readDelayed(layout: QueueLayout, id: number): Set<string> {
  const [line, ...keys] = readRecords(layout.delayed(id));
  return new Set(line === undefined || line !== firstLine(layout, id) ? [] : keys);
}

/** Adds recipients; durable when it resolves. @throws when the disk refuses: what it took counts */
export async function appendDelayed(
  layout: QueueLayout,
  syncDirectory: SyncDirectory,
  id: number,
  keys: readonly string[],
): Promise<void> {
  if (readDelayed(layout, id).size === 0) forgetDelayed(layout, id); // It may be of another message with that number.
  const fd = openOwned(layout.delayed(id), 'a', 0o600);
  try {
    const begins = fstatSync(fd).size === 0 ? [firstLine(layout, id)] : [''];
    writeAllSync(fd, Buffer.from([...begins, ...keys].map(record => `${record}\0`).join(''), 'latin1'));
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
  await syncDirectory(layout.delayedDir);
}

/** For a message that ends. */
export function forgetDelayed(layout: QueueLayout, id: number): void {
  rmSync(layout.delayed(id), { force: true });
}

/** Removes files of messages that are gone: another queue manager has finished those. */
export function forgetOldDelayed(layout: QueueLayout): void {
  for (const name of readdirSync(layout.delayedDir)) {
    const id = messageNumber(name);
    if (id === undefined || firstLine(layout, id) === '') rmSync(join(layout.delayedDir, name), { force: true });
  }
}

function readRecords(path: string): string[] {
  try {
    return records(readWholeFile(path));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
