// Sockets as descriptors, which Node does not offer: a connected pair, of which one end goes to another process, and a socket
// bound to an address for a process that may not bind it itself.
import { closeSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { libcError, libcFunction } from '../libc.ts';

const isLinux = process.platform === 'linux';
const stream = 1;
/** Programs that start at that moment do not inherit the socket. Where there is no such flag, the moment is short. */
const closeOnExec = isLinux ? 0o2000000 : 0;
const familyUnix = 1;
const familyIpv4 = 2;
const familyIpv6 = isLinux ? 10 : 30;

const socketpair = libcFunction<[domain: number, type: number, protocol: number, fds: Int32Array], number>(
  'int socketpair(int domain, int type, int protocol, void *fds)',
);
const socket = libcFunction<[domain: number, type: number, protocol: number], number>(
  'int socket(int domain, int type, int protocol)',
);
const setsockopt = libcFunction<[fd: number, level: number, option: number, value: Int32Array, length: number], number>(
  'int setsockopt(int fd, int level, int option, const void *value, unsigned int length)',
);
const bind = libcFunction<[fd: number, address: Uint8Array, length: number], number>(
  'int bind(int fd, const void *address, unsigned int length)',
);
const fcntl = libcFunction<[fd: number, command: number, type: 'int', value: number], number>(
  'int fcntl(int fd, int command, ...)',
);

/** Two ends of one connection between processes. @throws Error when no descriptors are left */
export function socketPair(): [number, number] {
  const fds = new Int32Array(2);
  if (socketpair(familyUnix, stream | closeOnExec, 0, fds) !== 0) throw libcError('socketpair');
  return [fds[0] as number, fds[1] as number];
}

/** A second descriptor of the same socket. @throws Error when no descriptors are left */
export function duplicate(fd: number): number {
  const duplicateCloseOnExec = isLinux ? 1030 : 67;
  const copy = fcntl(fd, duplicateCloseOnExec, 'int', 0);
  if (copy < 0) throw libcError('fcntl');
  return copy;
}

/**
 * A TCP socket that is bound, and does not listen yet.
 * @param address an IP address. @throws Error with the reason, e.g. that the address is in use
 */
export function boundSocket(address: string, port: number): number {
  const v6 = isIPv6(address);
  const fd = socket(v6 ? familyIpv6 : familyIpv4, stream | closeOnExec, 0);
  if (fd < 0) throw libcError('socket');
  const [level, reuse] = isLinux ? [1, 2] : [0xffff, 4];
  const raw = v6 ? ipv6Address(address, port) : ipv4Address(address, port);
  setsockopt(fd, level as number, reuse as number, new Int32Array([1]), 4);
  if (bind(fd, raw, raw.length) === 0) return fd;
  const error = libcError('bind');
  closeSync(fd);
  throw error;
}

function ipv4Address(address: string, port: number): Buffer {
  const raw = Buffer.alloc(16);
  writeFamily(raw, familyIpv4);
  raw.writeUInt16BE(port, 2);
  raw.set(address.split('.').map(Number), 4);
  return raw;
}

function ipv6Address(address: string, port: number): Buffer {
  const raw = Buffer.alloc(28);
  writeFamily(raw, familyIpv6);
  raw.writeUInt16BE(port, 2);
  raw.set(bytesOfIpv6(address), 8);
  return raw;
}

/** BSD has the length in the first byte. */
function writeFamily(raw: Buffer, family: number): void {
  if (isLinux) new Uint16Array(raw.buffer, raw.byteOffset, 1)[0] = family;
  else raw.set([raw.length, family]);
}

function bytesOfIpv6(address: string): number[] {
  const [head = '', tail] = withoutIpv4(address).split('::');
  const words = (text: string) => text.split(':').filter(word => word !== '');
  const [first, last] = [words(head), words(tail ?? '')];
  const middle = Array(8 - first.length - last.length).fill('0');
  return [...first, ...middle, ...last].flatMap(word => [parseInt(word, 16) >> 8, parseInt(word, 16) & 255]);
}

/** `::ffff:1.2.3.4` in hexadecimal. */
function withoutIpv4(address: string): string {
  const at = address.lastIndexOf(':') + 1;
  const [a, b, c, d] = address.slice(at).split('.').map(Number);
  if (d === undefined) return address;
  const word = (high = 0, low = 0) => ((high << 8) | low).toString(16);
  return `${address.slice(0, at)}${word(a, b)}:${word(c, d)}`;
}
