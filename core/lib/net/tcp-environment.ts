// What is known of a network client, as environment variables: the way in which tcpserver tells the program that it
// starts (tcp-environ(5)), and in which tcprules add to it. The host's own servers say it in the same way.
import type { Socket } from 'node:net';

/** Variables by name; undefined: not set. Values are byte strings. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Both ends of a connection. */
export type SocketEnds = Pick<Socket, 'localAddress' | 'localPort' | 'remoteAddress' | 'remotePort'>;

/** The variables of a client, without the names that have to be asked for. @param localHost what the host is called */
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

/** A client that left before anybody looked has no address any more. */
function plain(ip: string | undefined): string {
  return (ip ?? '0.0.0.0').replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}
