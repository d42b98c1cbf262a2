// How many connections the page keeps for those who were not let in: anyone on this machine can open them, and the host
// needs its descriptors for mail. When there is one too many the oldest goes; a page needs its own for milliseconds only.
import type { Server, Socket } from 'node:net';

/** A browser opens six at a time. */
const usualMost = 64;

export interface ConnectionLimit {
  /** This one was let in: it counts no longer. */
  letIn(stream: Pick<Socket, 'remoteAddress' | 'remotePort'>): void;
}

export function limitConnections(server: Server, most = usualMost): ConnectionLimit {
  const strangers = new Map<string, Socket>();
  // Within TLS another socket is at hand than the one that was accepted, of the same client.
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
  return { letIn: stream => void strangers.delete(nameOf(stream)) };
}
