// lock/trigger: a fifo by which any process tells the queue manager that todo has a new message (triggerpull.c).
import { closeSync, constants, existsSync, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Dispose } from '../../lib/dispose.ts';
import { makeFifo } from '../../lib/posix.ts';

/** Wakes the queue manager. If none is listening, the message is found at the next scan. */
export function pullTrigger(path: string): void {
  try {
    const fd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      writeSync(fd, '\0');
    } finally {
      closeSync(fd);
    }
  } catch {
    // ENXIO: no reader. EAGAIN: the fifo is full of pulls that say the same.
  }
}

/**
 * Calls `pulled` soon after every pull; several pulls may arrive as one.
 * The fifo is open for writing too, so that the last writer's close is not the end of the file.
 */
export function listenToTrigger(path: string, pulled: () => void): Dispose {
  if (!existsSync(path)) makeFifo(path, 0o622);
  const socket = new Socket({
    fd: openSync(path, constants.O_RDWR | constants.O_NONBLOCK),
    readable: true,
    writable: false,
  });
  socket.on('data', pulled);
  socket.on('error', () => socket.destroy());
  return () => socket.destroy();
}
