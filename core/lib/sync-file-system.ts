// syncfs(2), which Node lacks: everything written to a file system so far is on disk. One call for thousands of files.
import { closeSync, openSync } from 'node:fs';
import koffi, { type KoffiFunc } from 'koffi';

let syncfs: KoffiFunc<(fd: number) => number> | undefined;

/** Syncs the file system that holds `path`, without blocking the event loop. @throws when the disk reports an error */
export function syncFileSystem(path: string): Promise<void> {
  syncfs ??= koffi.load(null).func('int syncfs(int fd)');
  const call = syncfs;
  const fd = openSync(path, 'r');
  return new Promise((resolve, reject) => {
    call.async(fd, (error: unknown, result: number) => {
      closeSync(fd);
      if (error) reject(error);
      else if (result !== 0) reject(new Error(`syncfs failed on the file system of ${path}`));
      else resolve();
    });
  });
}
