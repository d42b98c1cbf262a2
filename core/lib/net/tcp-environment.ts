// What is known about a network client, as environment variables: as tcpserver sets them for its program (tcp-environ(5)), and
// as tcprules add to them. The host's own servers use the same.
import type { Socket } from 'node:net';

/** Variables by name; undefined: not set. Values are byte strings. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Both ends of a connection. */
export type SocketEnds = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

/** The variables of a client, without the names that need lookups. @param localHost the name of this host */
export function tcpEnvironment(socket: SocketEnds, localHost: string): Environment {
  return {
    PROTO: 'TCP',
    TCPLOCALHOST: localHost,
    TCPLOCALIP: plain(socket.localAddress),
    TCPLOCALPORT: String(socket.localPort ?? 0),
    TCPREMOTEIP: plain(socket.remoteAddress),
    TCPREMOTEPORT: String(socket.remotePort ?? 0),
  };
}

/** Both ends of a connection, as addresses and ports. */
export interface Ends {
  readonly localIp: string;
  readonly localPort: number;
  readonly remoteIp: string;
  readonly remotePort: number;
}

/** The ends that the variables name. A missing address is empty, a missing port 0. */
export function endsOf({ TCPLOCALIP, TCPLOCALPORT, TCPREMOTEIP, TCPREMOTEPORT }: Environment): Ends {
  return {
    localIp: TCPLOCALIP ?? '',
    localPort: Number(TCPLOCALPORT ?? 0),
    remoteIp: TCPREMOTEIP ?? '',
    remotePort: Number(TCPREMOTEPORT ?? 0),
  };
}

/** A client that has left already has no address any more. */
function plain(ip: string | undefined): string {
  return (ip ?? '0.0.0.0').replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
