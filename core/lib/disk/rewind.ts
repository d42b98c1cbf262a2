// lseek(2) to the beginning, which Node lacks: programs inherit an open message and read it from byte 0.
import { getSystemErrorMessage } from 'node:util';
import koffi from 'koffi';

let lseek: ((fd: number, offset: number, whence: number) => number) | undefined;

/** Moves the offset of an open file to byte 0. @throws Error when it is not seekable (a pipe, a socket) */
export function rewind(fd: number): void {
  lseek ??= koffi.load(null).func('long lseek(int fd, long offset, int whence)');
  if (lseek(fd, 0, 0) !== 0) throw new Error(getSystemErrorMessage(-koffi.errno()));
}
