// The time limit of TLS handshakes, and their end when the client leaves, which is not noticed otherwise: nothing reads then.
import type { Socket } from 'node:net';

const longestMs = 60_000;

/**
 * Ends the connection of a client that leaves during the TLS handshake, or does not finish it: after a minute at the latest.
 * @param beneath the socket under `secure`
 */
export function watchHandshake(secure: Socket, beneath: Socket, timeoutMs = longestMs): void {
  const leave = (): void => void secure.destroy();
  // Without a reader, the end of a socket is noticed only by reading.
  const look = (): void => void secure.read(0);
  secure.setTimeout(Math.min(timeoutMs, longestMs), leave);
  secure.on('readable', look).once('end', leave);
  // An end from before TLS started is noticed only beneath.
  if (beneath.readableEnded) leave();
  else beneath.once('end', leave);
  secure.once('secure', () => {
    secure.setTimeout(0, leave);
    secure.off('readable', look).off('end', leave);
    beneath.off('end', leave);
  });
}
