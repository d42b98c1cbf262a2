// System pipes for programs: what Node calls a pipe is a socket, which a program cannot open again as /dev/stdin or
// /dev/stderr.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import { libcError, libcFunction } from '../libc.ts';

const pipe = libcFunction<[fds: Int32Array], number>('int pipe(void *fds)');
const pipe2 = libcFunction<[fds: Int32Array, flags: number], number>('int pipe2(void *fds, int flags)');
const closeOnExec = 0o2000000;

/** One end for a program, the other one as a stream. */
export interface ProgramPipe {
  readonly fd: number;
  readonly stream: Socket;
  /** Closes the program's end in this process; to be called when the program has started, or could not be started. */
  readonly started: () => void;
}

/** What the program writes. @throws Error when no descriptors are left */
export function pipeFromProgram(): ProgramPipe {
  const [readFd, writeFd] = openPipe();
  return programPipe(writeFd, new Socket({ fd: readFd, readable: true, writable: false }));
}

/** What the program reads. @throws Error when no descriptors are left */
export function pipeToProgram(): ProgramPipe {
  const [readFd, writeFd] = openPipe();
  return programPipe(readFd, new Socket({ fd: writeFd, readable: false, writable: true }));
}

function programPipe(fd: number, stream: Socket): ProgramPipe {
  return { fd, stream, started: () => closeSync(fd) };
}

function openPipe(): [readFd: number, writeFd: number] {
  const fds = new Int32Array(2);
  // Where there is pipe2, programs that start at that moment do not inherit the ends.
  const result = process.platform === 'linux' ? pipe2(fds, closeOnExec) : pipe(fds);
  if (result !== 0) throw libcError('pipe');
  return [fds[0] as number, fds[1] as number];
}
