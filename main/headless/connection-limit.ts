// Limits the connections of clients that were not admitted: anyone on this machine can open them, and the host needs its
// descriptors for mail. Above the limit the oldest is closed; a page needs its own for milliseconds only.
import type { Server, Socket } from 'node:net';

/** A browser opens six at a time. */
const usualMost = 64;

export interface ConnectionLimit {
  /** This client was admitted: it does not count any more. */
  admit(stream: Pick<Socket, 'remoteAddress' | 'remotePort'>): void;
}

export function limitConnections(server: Server, most = usualMost): ConnectionLimit {
  const strangers = new Map<string, Socket>();
  // Within TLS, the caller has another socket than the one that was accepted, with the same client.
  const nameOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>) =>
    `${remoteAddress} ${remotePort}`;

  server.on('connection', socket => {
    const name = nameOf(socket);
    strangers.set(name, socket);
    socket.on('close', () => {
      if (strangers.get(name) === socket) strangers.delete(name);
    });
    if (strangers.size > most) strangers.values().next().value?.destroy();
  });
  return { admit: stream => void strangers.delete(nameOf(stream)) };
}
