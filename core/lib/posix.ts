// The few system calls that Node lacks, through koffi: advisory locks that agree with other programs, and fifos.
// Loaded on first use. Where the platform has no libc to call (Windows), the calls throw a UserError.
import koffi from 'koffi';
import { UserError } from './user-error.ts';

interface Libc {
  flock(fd: number, operation: number): number;
  mkfifo(path: string, mode: number): number;
}

const LOCK_EX = 2;
const LOCK_NB = 4;

let loaded: Libc | undefined;

function libc(): Libc {
  if (process.platform === 'win32')
    throw new UserError('This needs a POSIX system; Windows has neither flock nor fifos.');
  if (!loaded) {
    const library = koffi.load(null);
    loaded = {
      flock: library.func('int flock(int fd, int operation)'),
      mkfifo: library.func('int mkfifo(const char *path, unsigned int mode)'),
    };
  }
  return loaded;
}

/**
 * Takes an exclusive flock(2) on an open file without waiting; it ends when the file is closed.
 * @returns false when another process (or another open file of this one) holds it
 * @throws Error when the file cannot be locked at all, e.g. on some network file systems
 */
export function tryLockExclusive(fd: number): boolean {
  if (libc().flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  const code = koffi.errno();
  if (code === koffi.os.errno.EWOULDBLOCK || code === koffi.os.errno.EAGAIN) return false;
  throw new Error(`flock failed: errno ${code}`);
}

/** Makes a fifo (named pipe). @throws Error when it exists already or cannot be made */
export function makeFifo(path: string, mode: number): void {
  if (libc().mkfifo(path, mode) !== 0) throw new Error(`unable to make the fifo ${path}: errno ${koffi.errno()}`);
}
