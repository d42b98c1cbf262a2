// fsync(2) and fdatasync(2) as promises.
import { fdatasync, fsync } from 'node:fs';
import { promisify } from 'node:util';

/** In the thread pool: the file's data and its size are on disk when this resolves. */
export const syncFile: (fd: number) => Promise<void> = promisify(fsync);

/** The same for the data only. */
export const syncFileData: (fd: number) => Promise<void> = promisify(fdatasync);
