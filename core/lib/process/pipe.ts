// Pipes of the system for programs that are started: what Node calls a pipe is a socket there, which a program cannot
// open again by the name /dev/stdin or /dev/stderr.
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import koffi from 'koffi';

let pipe: ((fds: Int32Array) => number) | undefined;

/** One end for a program to be started with, the other one as a stream. */
export interface ProgramPipe {
  readonly fd: number;
  readonly stream: Socket;
  /** Closes the program's end here; to be called when it has been started, or could not be. */
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
  pipe ??= loadPipe();
  const fds = new Int32Array(2);
  if (pipe(fds) !== 0) throw new Error(`pipe failed: errno ${koffi.errno()}`);
  return [fds[0] as number, fds[1] as number];
}

/** Where there is pipe2, other programs that start at that moment do not inherit the ends. */
function loadPipe(): (fds: Int32Array) => number {
  const libc = koffi.load(null);
  if (process.platform !== 'linux') return libc.func('int pipe(void *fds)');
  const pipe2 = libc.func('int pipe2(void *fds, int flags)');
  const closeOnExec = 0o2000000;
  return fds => pipe2(fds, closeOnExec);
}
