// The user at the other end of a Unix socket, according to the kernel (SO_PEERCRED, getpeereid).
import type { Socket } from 'node:net';
import { libcFunction } from '../libc.ts';

const getsockopt = libcFunction<
  [fd: number, level: number, name: number, value: Uint32Array, length: Uint32Array],
  number
>('int getsockopt(int fd, int level, int name, void *value, void *length)');
const getpeereid = libcFunction<[fd: number, uid: Uint32Array, gid: Uint32Array], number>(
  'int getpeereid(int fd, void *uid, void *gid)',
);

/** The uid that the peer's process had when it connected; undefined: it is unknown. @throws where there is no such call */
export function peerUid(socket: Socket): number | undefined {
  const fd = descriptorOf(socket);
  return fd === undefined ? undefined : peerUidOf(fd);
}

/** The same for a descriptor. For a pair of sockets it is the uid that made the pair; for other kinds of sockets it is unknown. */
export function peerUidOf(fd: number): number | undefined {
  return process.platform === 'linux' ? uidOnLinux(fd) : uidOnBsd(fd);
}

/** Node has no public name for it. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

function uidOnLinux(fd: number): number | undefined {
  const SOL_SOCKET = 1;
  const SO_PEERCRED = process.arch === 'ppc64' ? 21 : 17;
  const pidUidGid = new Uint32Array(3);
  const length = new Uint32Array([pidUidGid.byteLength]);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, pidUidGid, length) !== 0) return undefined;
  return length[0] === pidUidGid.byteLength ? pidUidGid[1] : undefined;
}

function uidOnBsd(fd: number): number | undefined {
  const [uid, gid] = [new Uint32Array(1), new Uint32Array(1)];
  return getpeereid(fd, uid, gid) === 0 ? uid[0] : undefined;
}
