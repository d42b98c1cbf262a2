// run/control.sock: the Api for programs on this machine that may open the home. JSON lines, with the same frames as the web page.
import { mkdirSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { type Notice, refusal, refusedAnswer } from '../api/errors.ts';
import type { Caller } from '../api/transport/caller.ts';
import type { Dispatch } from '../api/transport/dispatch.ts';
import type { Dispose } from '../lib/dispose.ts';
import { onLine } from '../lib/process/text-lines.ts';
import { parseModestJson } from '../lib/text/modest-json.ts';

/** A draft with its files, as over the page's WebSocket. */
const longestCallBytes = 64 * 1024 * 1024;
/** What may wait for a client that does not read: two of the largest answers. */
const longestBacklogBytes = 256 * 1024 * 1024;

/** What the socket needs of the host. */
export interface SocketHost {
  readonly dispatch: Dispatch;
  /** Its callers act for this user: the owner of the home, who alone can open it. */
  readonly user: string;
  notices(listener: (notice: Notice) => void): Dispose;
}

/** The path of a home's socket. */
export function controlSocketPath(home: string): string {
  return join(home, 'run', 'control.sock');
}

/** Opens the socket, readable by the home's user only. The caller holds the queue's lock, so an old socket is not in use. */
export async function openControlSocket(home: string, host: SocketHost): Promise<() => Promise<void>> {
  const path = controlSocketPath(home);
  const clients = new Set<Socket>();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(path, { force: true });
  const server = createServer(socket => {
    clients.add(socket);
    socket.on('close', () => clients.delete(socket));
    serve(socket, host);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // It is bound before `listen` returns: others may not connect at any moment.
    const mask = process.umask(0o177);
    server.listen(path, resolve);
    process.umask(mask);
  });
  return () =>
    new Promise(resolve => {
      server.close(() => resolve());
      for (const client of clients) client.destroy();
    });
}

/** One client: `{id, method, request}` a line in, `{id, answer}` and `{notice}` lines out. */
function serve(socket: Socket, host: SocketHost): void {
  const caller: Caller = { user: host.user, way: { kind: 'control-socket' } };
  const send = (frame: string) => {
    if (socket.writable) socket.write(`${frame}\n`);
    if (socket.writableLength > longestBacklogBytes) socket.destroy();
  };
  const stopListening = host.notices(notice => send(JSON.stringify({ notice })));
  socket.on('close', stopListening);
  socket.on('error', () => socket.destroy());
  onLine(socket, line => void answer(line, host.dispatch, caller).then(send), longestCallBytes);
}

/** The answer as a frame. Never rejects: that would end the host. */
async function answer(line: string, dispatch: Dispatch, caller: Caller): Promise<string> {
  const call = parseCall(line);
  if (!call) return JSON.stringify({ id: null, answer: refusedAnswer(refusal('call-malformed', {})) });
  const { id, method, request } = call;
  try {
    return JSON.stringify({ id, answer: await dispatch(caller, method, request) });
  } catch (error) {
    // The value may be longer than a string can be.
    const why = error instanceof Error ? error.message : String(error);
    return JSON.stringify({ id, answer: refusedAnswer(refusal('call-failed', { method: String(method), why })) });
  }
}

/** The id of a call goes back with its answer: a value of another kind may be nested too deeply to be written again. */
function parseCall(line: string): { id: number | string | null; method: unknown; request: unknown } | undefined {
  try {
    const { id, method, request } = parseModestJson(line) as Record<string, unknown>;
    return { id: typeof id === 'number' || typeof id === 'string' ? id : null, method, request };
  } catch {
    return undefined;
  }
}
