// lseek(2) to the start of a file, which Node lacks: programs inherit an open message and read it from byte 0.
import { libcError, libcFunction } from '../libc.ts';

const lseek = libcFunction<[fd: number, offset: number, whence: number], number>(
  'long lseek(int fd, long offset, int whence)',
);

/** Moves the offset of an open file to byte 0. @throws Error when it is not seekable (a pipe, a socket) */
export function rewind(fd: number): void {
  if (lseek(fd, 0, 0) !== 0) throw libcError();
}
