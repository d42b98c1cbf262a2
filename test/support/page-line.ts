// Connects to a host as a page does, without a browser: the page's own greeter over a WebSocket of Node.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Credentials, Session } from '../../renderer/transport/credentials.ts';
import { createGreeter } from '../../renderer/transport/greeter.ts';

/** What a tab has in its storage. */
export function memoryCredentials(origin: string, start: { key?: string; session?: Session }): Credentials {
  let { key, session } = start;
  return {
    origin,
    key: () => key,
    session: () => session,
    keep(fresh) {
      key = undefined;
      session = fresh;
    },
    dropKey() {
      key = undefined;
    },
    takeKey: () => false,
  };
}

export interface PageLine {
  readonly socket: WebSocket;
  /** The next frame, once the page is admitted. */
  next(): Promise<unknown>;
}

/** The key in an address of the page. */
export function keyOf(url: string): string {
  return /#key=(.+)$/.exec(url)?.[1] ?? '';
}

export function socketTo(port: number, headers: Record<string, string>, path = '/api'): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
}

/** Frames of a socket in order; ends with the close code. */
export function framesOf(socket: WebSocket): () => Promise<unknown> {
  const frames: unknown[] = [];
  let wake = () => {};
  const put = (frame: unknown) => {
    frames.push(frame);
    wake();
  };
  socket.on('message', data => put(JSON.parse(String(data))));
  socket.on('close', code => put({ closed: code }));
  return async () => {
    while (frames.length === 0) {
      await new Promise<void>(resolve => {
        wake = resolve;
      });
    }
    return frames.shift();
  };
}

/** Lets a page in. @throws with the close code when the host does not want it */
export async function openLine(port: number, credentials: Credentials): Promise<PageLine> {
  const socket = socketTo(port, { origin: credentials.origin, 'user-agent': 'a test' });
  socket.on('error', () => {});
  const next = framesOf(socket);
  await once(socket, 'open');
  const greeter = createGreeter(credentials);
  if (!greeter) throw new Error('the pass is empty');
  socket.send(greeter.first);
  for (;;) {
    const frame = await next();
    const closed = (frame as { closed?: number }).closed;
    if (closed !== undefined) throw new Error(`closed with ${closed}`);
    const step = await greeter.next(frame);
    if (step === 'up') return { socket, next };
    if (step === 'stranger') throw new Error('this is not the host');
    socket.send(step.say);
  }
}
