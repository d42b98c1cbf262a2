// Writes a message into a mailbox so that it survives a crash: tmp/, fsync, rename, fsync of the directory.
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskPath } from './disk-names.ts';
import type { Place } from './names.ts';

/**
 * Writes one message. When this resolves, the file is complete and its name durable; when it rejects, nothing is left.
 * @throws Error of the operating system
 */
export async function writeMessage(
  directory: string,
  temporaryName: string,
  target: { place: Place; name: string },
  raw: Uint8Array,
): Promise<void> {
  const temporary = join(directory, 'tmp', temporaryName);
  const file = await open(diskPath(temporary), 'wx', 0o600);
  try {
    try {
      await file.writeFile(raw);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(diskPath(temporary), diskPath(join(directory, target.place, target.name)));
  } catch (error) {
    await rm(diskPath(temporary), { force: true });
    throw error;
  }
  await syncDirectory(join(directory, target.place));
}

async function syncDirectory(path: string): Promise<void> {
  // Windows can neither open nor sync a directory; there the rename is as durable as it gets.
  if (process.platform === 'win32') return;
  const directory = await open(diskPath(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
