// The two ends of an inherited TCP connection, by its descriptor. Node knows them only for its own sockets, and would make this
// one non-blocking for the program that gets it next.
import { libcFunction } from '../libc.ts';
import type { SocketEnds } from './tcp-environment.ts';

type NameOfSocket = (fd: number, address: Uint8Array, length: Uint32Array) => number;

const getsockname: NameOfSocket = libcFunction('int getsockname(int fd, void *address, void *length)');
const getpeername: NameOfSocket = libcFunction('int getpeername(int fd, void *address, void *length)');

const isLinux = process.platform === 'linux';
const familyIpv4 = 2;
const familyIpv6 = isLinux ? 10 : 30;

/** Undefined: it is not a TCP connection. */
export function socketEnds(fd: number): SocketEnds | undefined {
  const local = endOf(fd, getsockname);
  const remote = endOf(fd, getpeername);
  if (!local || !remote) return undefined;
  return {
    localAddress: local.address,
    localPort: local.port,
    remoteAddress: remote.address,
    remotePort: remote.port,
  };
}

function endOf(fd: number, name: NameOfSocket): { address: string; port: number } | undefined {
  const raw = Buffer.alloc(128);
  const length = new Uint32Array([raw.length]);
  if (name(fd, raw, length) !== 0) return undefined;
  // BSD has the length in the first byte.
  const family = isLinux ? new Uint16Array(raw.buffer, raw.byteOffset, 1)[0] : raw[1];
  const port = raw.readUInt16BE(2);
  if (family === familyIpv4) return { address: [...raw.subarray(4, 8)].join('.'), port };
  if (family === familyIpv6) return { address: ipv6Text(raw.subarray(8, 24)), port };
  return undefined;
}

function ipv6Text(raw: Buffer): string {
  const words = Array.from({ length: 8 }, (_, at) => raw.readUInt16BE(at * 2).toString(16));
  // As the system writes it: the longest run of zeros as ::, an IPv4 address in it with dots.
  const { hostname } = new URL(`http://[${words.join(':')}]`);
  const text = hostname.slice(1, -1);
  const isMapped = raw.subarray(0, 10).every(byte => byte === 0) && raw.readUInt16BE(10) === 0xffff;
  return isMapped ? `::ffff:${[...raw.subarray(12)].join('.')}` : text;
}
