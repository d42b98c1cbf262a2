// run/control.sock: the Api for programs on this machine that may open the home. JSON lines, the frames of the web page.
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Dispatch } from '../api/dispatch.ts';
import type { Notice } from '../api/errors.ts';
import type { Dispose } from '../lib/dispose.ts';

/** Where the socket of a home lies. */
export function controlSocketPath(home: string): string {
  return join(home, 'run', 'control.sock');
}

/** Opens the socket, readable by the home's user only. The caller holds the queue's lock, so an old socket is a dead one. */
export async function openControlSocket(
  home: string,
  dispatch: Dispatch,
  listen: (listener: (notice: Notice) => void) => Dispose,
): Promise<() => Promise<void>> {
  const path = controlSocketPath(home);
  const clients = new Set<Socket>();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  const server = createServer(socket => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serve(socket, dispatch, listen);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return () =>
    new Promise(resolve => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
      rmSync(path, { force: true });
    });
}

/** One client: `{id, method, request}` a line in, `{id, answer}` and `{notice}` lines out. */
function serve(socket: Socket, dispatch: Dispatch, listen: (listener: (notice: Notice) => void) => Dispose): void {
  const send = (frame: unknown) => {
    if (socket.writable) socket.write(`${JSON.stringify(frame)}\n`);
  };
  const stopListening = listen(notice => send({ notice }));
  socket.on('close', stopListening);
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('line', line => void answer(line, dispatch).then(send));
  // It passes the socket's errors on, and one without a listener would end the host: a client may go at any moment.
  lines.on('error', () => {});
}

async function answer(line: string, dispatch: Dispatch): Promise<unknown> {
  try {
    const { id, method, request } = JSON.parse(line) as Record<string, unknown>;
    return { id, answer: await dispatch(method, request) };
  } catch {
    return { id: null, answer: { ok: false, code: 'invalid', text: 'This line is not a JSON object.' } };
  }
}
