// syncfs(2), which Node lacks: all that was written to a file system so far is on disk. One call for thousands of files.
import { closeSync, constants, openSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { KoffiFunc } from 'koffi';
import { libc } from '../libc.ts';
import { errorCode } from '../user-error.ts';

/**
 * The types (statfs(2)) for which syncfs is enough. Others write to something that syncfs does not sync: a program (FUSE: most
 * encrypted homes), another file system (eCryptfs), a server (SMB).
 */
const whole: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0xca451a4e, // bcachefs
  0x3153464a, // JFS
  0x52654973, // ReiserFS
  0x3434, // NILFS2
  0x24051905, // UBIFS
  0x794c7630, // overlayfs, of one of the above
  0x01021994, // tmpfs, which loses everything anyway
]);

/** True where `syncFileSystem` is enough for all below a directory; elsewhere files have to be synced one by one. */
export function canSyncFileSystem(directory: string): boolean {
  try {
    return process.platform === 'linux' && whole.has(statfsSync(directory).type);
  } catch {
    return false;
  }
}

let syncfs: KoffiFunc<(fd: number) => number> | undefined;

/**
 * Syncs the file system of a directory, without blocking the event loop; if the directory does not exist any more, that of the
 * nearest directory above it. @throws when the disk reports an error
 */
export function syncFileSystem(directory: string): Promise<void> {
  syncfs ??= libc().func('int syncfs(int fd)');
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
