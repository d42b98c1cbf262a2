// The few system calls that Node lacks, through koffi: advisory locks that agree with other programs, fifos, and datagrams to
// a Unix socket.
// Loaded on first use. Where the platform has no libc to call (Windows), the calls throw a UserError.
import { closeSync } from 'node:fs';
import koffi from 'koffi';
import { UserError } from './user-error.ts';

interface Libc {
  flock(fd: number, operation: number): number;
  mkfifo(path: string, mode: number): number;
  socket(domain: number, type: number, protocol: number): number;
  connect(fd: number, address: Uint8Array, length: number): number;
  send(fd: number, raw: Uint8Array, length: number, flags: number): number;
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
      socket: library.func('int socket(int domain, int type, int protocol)'),
      connect: library.func('int connect(int fd, const void *address, unsigned int length)'),
      send: library.func('long send(int fd, const void *raw, unsigned long length, int flags)'),
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

/** A way to a socket that takes datagrams, such as syslog's. */
export interface Datagrams {
  /** @returns false when nobody took it */
  send(raw: Uint8Array): boolean;
  close(): void;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const pathBytes = 108;

/** Whoever listens there may come, go and come back: each datagram that is not taken is tried once more, by a new way. */
export function openDatagramsTo(path: string): Datagrams {
  let fd: number | undefined;

  function connected(): number | undefined {
    const made = libc().socket(AF_UNIX, SOCK_DGRAM, 0);
    if (made < 0) return undefined;
    const address = unixAddress(path);
    if (libc().connect(made, address, address.length) === 0) return made;
    closeSync(made);
    return undefined;
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  }

  function sendNow(raw: Uint8Array): boolean {
    fd ??= connected();
    return fd !== undefined && libc().send(fd, raw, raw.length, 0) === raw.length;
  }

  return {
    send(raw) {
      if (sendNow(raw)) return true;
      close();
      return sendNow(raw);
    },
    close,
  };
}

function unixAddress(path: string): Buffer {
  const address = Buffer.alloc(2 + pathBytes);
  if (process.platform === 'darwin') address.set([address.length, AF_UNIX]);
  else address.set(new Uint8Array(new Uint16Array([AF_UNIX]).buffer));
  address.write(path, 2, pathBytes - 1);
  return address;
}
