// Waits until a port has a listener.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Connects, and hangs up at once, until a connection comes about. @throws when the time is up */
export async function waitForPort(
  port: number,
  options: { readonly signal: AbortSignal; readonly limitMs: number },
): Promise<void> {
  const endMs = Date.now() + options.limitMs;
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect', { signal: options.signal });
      return;
    } catch (error) {
      if (options.signal.aborted || Date.now() > endMs)
        throw new Error(`nobody listens on port ${port}`, { cause: error });
      await sleep(20, undefined, { signal: options.signal });
    } finally {
      socket.destroy();
    }
  }
}
