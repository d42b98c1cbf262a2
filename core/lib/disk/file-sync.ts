import { fdatasync, fsync } from 'node:fs';
import { promisify } from 'node:util';

/** fsync(2) in the thread pool: the file's data and its size are on disk when this resolves. */
export const syncFile: (fd: number) => Promise<void> = promisify(fsync);

/** fdatasync(2) in the thread pool. */
export const syncFileData: (fd: number) => Promise<void> = promisify(fdatasync);
