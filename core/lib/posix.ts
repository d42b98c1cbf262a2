// System calls that Node lacks: advisory locks that agree with other programs, fifos, and datagrams to a Unix socket.
import { closeSync } from 'node:fs';
import { failedWith, libcError, libcFunction } from './libc.ts';

const flock = libcFunction<[fd: number, operation: number], number>('int flock(int fd, int operation)');
const mkfifo = libcFunction<[path: string, mode: number], number>('int mkfifo(const char *path, unsigned int mode)');
const socket = libcFunction<[domain: number, type: number, protocol: number], number>(
  'int socket(int domain, int type, int protocol)',
);
const connect = libcFunction<[fd: number, address: Uint8Array, length: number], number>(
  'int connect(int fd, const void *address, unsigned int length)',
);
const sendTo = libcFunction<[fd: number, raw: Uint8Array, length: number, flags: number], number>(
  'long send(int fd, const void *raw, unsigned long length, int flags)',
);

const LOCK_EX = 2;
const LOCK_NB = 4;

/**
 * Takes an exclusive flock(2) on an open file without waiting; it ends when the file is closed.
 * @returns false when another process (or another open file of this one) holds it
 * @throws Error when the file cannot be locked at all, e.g. on some network file systems
 */
export function tryLockExclusive(fd: number): boolean {
  if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
  if (failedWith('EWOULDBLOCK', 'EAGAIN')) return false;
  throw libcError('flock');
}

/**
 * The same, but waits as long as another process holds it: this whole process is blocked meanwhile. @throws Error as above
 */
export function lockExclusive(fd: number): void {
  while (flock(fd, LOCK_EX) !== 0) {
    if (!failedWith('EINTR')) throw libcError('flock');
  }
}

/** Creates a fifo (named pipe). @throws Error when it exists already or cannot be created */
export function makeFifo(path: string, mode: number): void {
  if (mkfifo(path, mode) !== 0) throw libcError(`unable to make the fifo ${path}`);
}

/** A socket that takes datagrams, such as syslog's. */
export interface Datagrams {
  /** @returns false when it was not received */
  send(raw: Uint8Array): boolean;
  close(): void;
}

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const pathBytes = 108;

/** The receiver may stop and start again: a datagram that fails is tried again over a new socket. */
export function openDatagramsTo(path: string): Datagrams {
  let fd: number | undefined;

  function connected(): number | undefined {
    const made = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (made < 0) return undefined;
    const address = unixAddress(path);
    if (connect(made, address, address.length) === 0) return made;
    closeSync(made);
    return undefined;
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd);
    fd = undefined;
  }

  function sendNow(raw: Uint8Array): boolean {
    fd ??= connected();
    return fd !== undefined && sendTo(fd, raw, raw.length, 0) === raw.length;
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
