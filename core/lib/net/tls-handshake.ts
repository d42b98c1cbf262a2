// The time between a connection and the moment when it is secure: nobody reads from it then, and nobody may stay there.
import type { Socket } from 'node:net';

const longestMs = 60_000;

/**
 * A client that leaves during the TLS handshake, or does not get on with it, is let go: after a minute at the latest.
 * @param beneath what `secure` was put over
 */
export function watchHandshake(secure: Socket, beneath: Socket, timeoutMs = longestMs): void {
  const leave = (): void => void secure.destroy();
  // The end of a socket that nobody reads yet shows only to whoever asks for it.
  const look = (): void => void secure.read(0);
  secure.setTimeout(Math.min(timeoutMs, longestMs), leave);
  secure.on('readable', look).once('end', leave);
  // An end that came before TLS was put over it shows only beneath.
  if (beneath.readableEnded) leave();
  else beneath.once('end', leave);
  secure.once('secure', () => {
    secure.setTimeout(0, leave);
    secure.off('readable', look).off('end', leave);
    beneath.off('end', leave);
  });
}
