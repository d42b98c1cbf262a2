// syncfs(2), which Node lacks: everything written to a file system so far is on disk. One call for thousands of files.
import { closeSync, constants, openSync } from 'node:fs';
import { dirname } from 'node:path';
import koffi, { type KoffiFunc } from 'koffi';
import { errorCode } from './user-error.ts';

/** Where it is there; elsewhere files have to be synced one by one. */
export const canSyncFileSystem: boolean = process.platform === 'linux';

let syncfs: KoffiFunc<(fd: number) => number> | undefined;

/**
 * Syncs the file system that holds a directory, without blocking the event loop. Of a directory that is not there any more
 * (it was moved, perhaps) that of the nearest one above it. @throws when the disk reports an error
 */
export function syncFileSystem(directory: string): Promise<void> {
  syncfs ??= koffi.load(null).func('int syncfs(int fd)');
  const call = syncfs;
  const fd = openNearest(directory);
  return new Promise((resolve, reject) => {
    call.async(fd, (error: unknown, result: number) => {
      closeSync(fd);
      if (error) reject(error);
      else if (result !== 0) reject(new Error(`syncfs failed on the file system of ${directory}`));
      else resolve();
    });
  });
}

function openNearest(directory: string): number {
  try {
    return openSync(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NONBLOCK);
  } catch (error) {
    const above = dirname(directory);
    if (!['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '') || above === directory) throw error;
    return openNearest(above);
  }
}
