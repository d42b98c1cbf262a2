// delayed/N: the recipients of a message whose sender has been told that it is late. It is Waypost's own file beside qmail's:
// its records (beside.ts) are a recipient's key each. They are appended, with a NUL before them too, so that half a record that a crash
// has left stays separate.
import { closeSync, fstatSync, rmSync } from 'node:fs';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { readBeside } from './beside.ts';
import { firstLine } from './first-line.ts';
import type { QueueLayout } from './layout.ts';
import { openOwned } from './open-owned.ts';

/** The keys of recipients (`recipientKey`). @throws when the file is there and cannot be read */
export function readDelayed(layout: QueueLayout, id: number): Set<string> {
  return new Set(readBeside(layout, id, layout.delayed(id)));
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
