// Makes directory entries survive a crash. Calls that wait at the same moment share one fsync of the directory.
import { closeSync, fsync, fsyncSync, openSync } from 'node:fs';

/** Resolves when every entry made in (or removed from) the directory before the call is on disk. */
export type SyncDirectory = (path: string) => Promise<void>;

/** Each directory has at most one fsync running and one waiting; the waiting one serves all calls made meanwhile. */
export function createDirectorySync(): SyncDirectory {
  const waiting = new Map<string, Promise<void>>();
  const running = new Map<string, Promise<void>>();

  return path => {
    const joined = waiting.get(path);
    if (joined) return joined;
    const started = (async () => {
      await running.get(path)?.catch(() => undefined);
      waiting.delete(path);
      const sync = syncDirectory(path);
      running.set(path, sync);
      try {
        await sync;
      } finally {
        if (running.get(path) === sync) running.delete(path);
      }
    })();
    waiting.set(path, started);
    return started;
  };
}

/** The same at once, for moments when nothing else runs: starting and stopping. @throws when the disk refuses */
export function syncDirectoryNow(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** One fsync(2) of a directory. Windows cannot open directories, and keeps entries by itself. */
function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const fd = openSync(path, 'r');
    fsync(fd, error => {
      closeSync(fd);
      if (error) reject(error);
      else resolve();
    });
  });
}
