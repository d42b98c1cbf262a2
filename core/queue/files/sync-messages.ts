// Makes the files of messages durable one by one, where no call syncs a whole file system (macOS, Windows).
import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { errorCode } from '../../lib/user-error.ts';
import type { QueueLayout } from './layout.ts';

/** Messages whose files are synced at the same time. */
const width = 32;

/**
 * Resolves when all files of these messages, and their names or that they are removed, are on disk.
 * @throws when the disk refuses
 */
export async function syncMessages(
  layout: QueueLayout,
  syncDirectory: SyncDirectory,
  ids: Iterable<number>,
): Promise<void> {
  const all = [...ids];
  const directories = new Set([layout.root, ...layout.dirs('intd'), ...layout.dirs('todo')]);
  for (let at = 0; at < all.length; at += width) {
    const paths = all.slice(at, at + width).flatMap(id => filesOf(layout, id));
    for (const path of paths) directories.add(dirname(path));
    await allOf(paths.map(syncIfThere));
  }
  await allOf([...directories].map(syncDirectory));
}

function filesOf(layout: QueueLayout, id: number): string[] {
  return [
    layout.mess(id),
    layout.info(id),
    layout.local(id),
    layout.remote(id),
    layout.bounce(id),
    layout.failures(id),
    layout.dsn(id),
  ];
}

async function syncIfThere(path: string): Promise<void> {
  let fd: number;
  try {
    fd = openSync(path, 'r+'); // Windows syncs only what may be written to.
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  try {
    await syncFile(fd);
  } finally {
    closeSync(fd);
  }
}

/** Waits for all, also when one fails. @throws the first failure */
async function allOf(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(promises);
  await Promise.all(promises);
}
