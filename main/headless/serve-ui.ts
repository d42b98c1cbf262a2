// The window as a web page: static files of dist/renderer and the Api over a WebSocket, for one person at this machine.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Caller } from '../../core/api/caller.ts';
import type { Dispatch } from '../../core/api/dispatch.ts';
import type { Notice } from '../../core/api/errors.ts';
import type { Dispose } from '../../core/lib/dispose.ts';
import { errorCode, reasonOf, UserError } from '../../core/lib/user-error.ts';
import { readPageFile } from '../page/files.ts';
import { pageHeaders } from '../page/policy.ts';
import { type ApiSocket, serveApiSocket } from './api-socket.ts';
import { createGate, type Gate } from './gate.ts';

const mostBytesPerFrame = 64 * 1024 * 1024;

/** The part of the host that the page talks to. */
export interface UiHost {
  readonly dispatch: Dispatch;
  readonly user: string;
  notices(listener: (notice: Notice) => void): Dispose;
}

export interface UiServer {
  /** Where to go, token included: keep it off logs that others read. */
  readonly url: string;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves the page at an address; port 0 picks a free one.
 * @throws UserError when the address cannot be had
 */
export async function serveUi(deps: {
  host: UiHost;
  address: string;
  port: number;
  /** The built page: dist/renderer. */
  rendererDir: string;
}): Promise<UiServer> {
  const { host, address, rendererDir } = deps;
  const caller: Caller = { user: host.user, way: { kind: 'page', session: 'only' } };
  const token = randomBytes(32).toString('base64url');
  const server = createServer({ requestTimeout: 30_000 });
  const port = await listen(server, address, deps.port);
  const gate = createGate(token, address, port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostBytesPerFrame, perMessageDeflate: false });
  const clients = new Set<ApiSocket>();

  server.on('request', (request, response) => {
    answer(request, response, gate, rendererDir).catch(() => refuse(response, 500, 'This file could not be read.'));
  });
  server.on('upgrade', (request, stream, head) => {
    if (!mayUpgrade(request, gate)) return refuseUpgrade(stream);
    sockets.handleUpgrade(request, stream, head, socket => {
      const client = serveApiSocket(socket, caller, host.dispatch);
      clients.add(client);
      socket.on('close', () => clients.delete(client));
    });
  });
  const stopNotices = host.notices(notice => {
    if (clients.size === 0) return;
    const frame = JSON.stringify({ notice });
    for (const client of clients) client.send(frame);
  });

  return {
    url: `http://${address.includes(':') ? `[${address}]` : address}:${port}/?token=${token}`,
    async close() {
      stopNotices();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, gate: Gate, rendererDir: string) {
  if (!gate.hostIsOurs(request.headers)) {
    return refuse(response, 403, 'This page answers under its own address only. Use the address that Waypost printed.');
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'This page is only read.');
  const url = URL.parse(request.url ?? '', 'http://page');
  if (!url) return refuse(response, 400, 'This is not an address of the page.');
  const token = url.searchParams.get('token');
  if (token !== null && gate.tokenIsRight(token)) {
    response.writeHead(303, { ...pageHeaders, location: '/', 'set-cookie': gate.cookie, 'content-length': 0 });
    return response.end();
  }
  if (token !== null || !gate.hasCookie(request.headers)) {
    return refuse(
      response,
      403,
      'This page shows your mail, so it opens only with the key in its address. Waypost prints that address each time ' +
        'it starts: copy it whole, from http:// to the last letter. An address from an earlier start no longer works.',
    );
  }
  const file = await readPageFile(rendererDir, url.pathname);
  if (!file) return refuse(response, 404, 'There is no such page here.');
  response.writeHead(200, { ...pageHeaders, 'content-type': file.type, 'content-length': file.raw.length });
  response.end(request.method === 'HEAD' ? undefined : file.raw);
}

function mayUpgrade(request: IncomingMessage, gate: Gate): boolean {
  const { headers } = request;
  return request.url === '/api' && gate.hostIsOurs(headers) && gate.originIsOurs(headers) && gate.hasCookie(headers);
}

function refuseUpgrade(stream: Duplex): void {
  stream.on('error', () => {});
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** A page in plain words; `text` is ours, never the visitor's. */
function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Waypost</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:34em;margin:15vh auto;padding:0 1em}
:root{color-scheme:light dark}</style><h1>Waypost</h1><p>${text}</p></html>\n`;
  response.writeHead(status, { ...pageHeaders, 'content-type': 'text/html; charset=utf-8', connection: 'close' });
  response.end(html);
}

function listen(server: Server, address: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', error => {
      const taken = errorCode(error) === 'EADDRINUSE' ? 'another program has it; choose another port' : reasonOf(error);
      reject(new UserError(`Unable to serve the page at ${address}, port ${port}: ${taken}.`, { cause: error }));
    });
    server.listen({ host: address, port, exclusive: true }, () => resolve((server.address() as AddressInfo).port));
  });
}
