// Sockets whose last words were written: they get a moment to take them, and are then destroyed.
import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';

/** How long a client may take to close its side after it has been sent everything. */
const goodbyeMs = 10_000;
/** The same for a client that was turned away or dismissed, and how many of these there may be. */
const turnedAwayMs = 1000;
const mostTurnedAway = 100;

/** What was written still goes out, and input is still read: closing with unread bytes would reset the connection. */
export function sayGoodbye(socket: Socket, clock: Clock): void {
  if (socket.destroyed) return;
  socket.resume();
  socket.end(() => {
    const cancel = clock.after(goodbyeMs, () => socket.destroy());
    socket.once('close', cancel);
  });
}

/** For clients without a slot: a crowd that stays nevertheless must not hold descriptors. */
export function createClosingSockets(clock: Clock): (socket: Socket) => void {
  let count = 0;
  return socket => {
    if (socket.destroyed) return;
    if (count >= mostTurnedAway) return void socket.destroy();
    count++;
    const cancel = clock.after(turnedAwayMs, () => socket.destroy());
    socket.once('close', () => {
      count--;
      cancel();
    });
  };
}
