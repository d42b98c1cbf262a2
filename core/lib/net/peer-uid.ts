// Who is at the other end of a Unix socket: the kernel says it (SO_PEERCRED, getpeereid), the peer cannot.
import type { Socket } from 'node:net';
import koffi from 'koffi';

type UidOfPeer = (fd: number) => number | undefined;

let loaded: UidOfPeer | undefined;

/** The uid that the peer's process had when it connected; undefined: nobody can tell. @throws where there is no such call */
export function peerUid(socket: Socket): number | undefined {
  const fd = descriptorOf(socket);
  return fd === undefined ? undefined : peerUidOf(fd);
}

/** The same of a descriptor. Of a pair of sockets it is the uid of who made it; of sockets of other kinds nobody can tell. */
export function peerUidOf(fd: number): number | undefined {
  loaded ??= process.platform === 'linux' ? credentialsOfLinux() : peerOfBsd();
  return loaded(fd);
}

/** Node has no public name for it. */
function descriptorOf(socket: Socket): number | undefined {
  const { _handle: handle } = socket as unknown as { _handle?: { fd?: number } | null };
  return handle?.fd !== undefined && handle.fd >= 0 ? handle.fd : undefined;
}

function credentialsOfLinux(): UidOfPeer {
  const getsockopt = koffi.load(null).func('int getsockopt(int fd, int level, int name, void *value, void *length)');
  const SOL_SOCKET = 1;
  const SO_PEERCRED = process.arch === 'ppc64' ? 21 : 17;
  return fd => {
    const pidUidGid = new Uint32Array(3);
    const length = new Uint32Array([pidUidGid.byteLength]);
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, pidUidGid, length) !== 0) return undefined;
    return length[0] === pidUidGid.byteLength ? pidUidGid[1] : undefined;
  };
}

function peerOfBsd(): UidOfPeer {
  const getpeereid = koffi.load(null).func('int getpeereid(int fd, void *uid, void *gid)');
  return fd => {
    const [uid, gid] = [new Uint32Array(1), new Uint32Array(1)];
    return getpeereid(fd, uid, gid) === 0 ? uid[0] : undefined;
  };
}
