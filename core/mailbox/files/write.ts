// Writes a message into a mailbox so that it survives a crash: tmp/, fsync, rename, fsync of the directory.
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { diskPath } from './disk-names.ts';
import type { Place } from './names.ts';

/**
 * Creates unique names, `<seconds>.M<microseconds>P<pid>Q<count>.<host>` (maildir(5)): no two are equal, on any host.
 */
export function createUniqueNames(deps: { clock: Clock; hostName: string; pid: number }): () => string {
  const host = deps.hostName.slice(0, 64).replaceAll('/', '\\057').replaceAll(':', '\\072') || 'localhost';
  let count = 0;
  return () => {
    const nowMs = deps.clock.nowMs();
    count++;
    return `${Math.floor(nowMs / 1000)}.M${Math.floor(nowMs % 1000) * 1000}P${deps.pid}Q${count}.${host}`;
  };
}

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
