// How the queue's files, and what deliveries write, are made durable many at a time: by one call for a whole file system, or
// file by file where there is no such call (macOS) or it is not enough (lib/disk/sync-file-system.ts).
import { createDirectorySync, type SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { canSyncFileSystem, syncFileSystem } from '../../lib/disk/sync-file-system.ts';
import type { QueueLayout } from './layout.ts';
import { syncMessages } from './sync-messages.ts';

/** Syncs the file system that holds a directory. */
export type SyncFileSystem = (directory: string) => Promise<void>;

export interface DiskSync {
  readonly syncDirectory: SyncDirectory;
  /** Whole file systems can be synced: deliveries may leave their files to the next checkpoint. */
  readonly syncsWhole: boolean;
  /** Syncs the file system that holds a directory; without such a call it does nothing, as deliveries have synced all. */
  readonly sync: SyncFileSystem;
  /** Makes the files of these messages durable, or more than them. */
  readonly syncQueue: (ids: Iterable<number>) => Promise<void>;
}

/** @param given for tests: how a file system is synced, if it can be */
export function createDiskSync(layout: QueueLayout, given?: SyncFileSystem | 'missing'): DiskSync {
  const syncDirectory = createDirectorySync();
  const found = given ?? (canSyncFileSystem(layout.root) ? syncFileSystem : 'missing');
  if (found === 'missing') {
    const syncQueue = (ids: Iterable<number>) => syncMessages(layout, syncDirectory, ids);
    return { syncDirectory, syncsWhole: false, sync: async () => undefined, syncQueue };
  }
  return { syncDirectory, syncsWhole: true, sync: found, syncQueue: () => found(layout.root) };
}
