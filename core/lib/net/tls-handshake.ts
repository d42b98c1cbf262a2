// The time between a connection and the moment when it is secure: nobody reads from it then, and nobody may stay there.
import type { Socket } from 'node:net';

const longestMs = 60_000;

/** A client that leaves during the TLS handshake, or does not get on with it, is let go: after a minute at the latest. */
export function watchHandshake(socket: Socket, timeoutMs = longestMs): void {
  const leave = (): void => void socket.destroy();
  // The end of a socket that nobody reads yet shows only to whoever asks for it.
  const look = (): void => void socket.read(0);
  socket.setTimeout(Math.min(timeoutMs, longestMs), leave);
  socket.on('readable', look).once('end', leave);
  socket.once('secure', () => {
    socket.setTimeout(0, leave);
    socket.off('readable', look).off('end', leave);
  });
}
