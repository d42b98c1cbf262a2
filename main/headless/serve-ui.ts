// The window as a web page: static files of dist/renderer, which contain no secret and which anyone may read, and the Api
// over a WebSocket, for pages that have a session.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Notice, refusal, refusedAnswer } from '../../core/api/errors.ts';
import type { PageSession } from '../../core/api/page.ts';
import type { Caller } from '../../core/api/transport/caller.ts';
import type { Dispatch } from '../../core/api/transport/dispatch.ts';
import { pageCloseCodes } from '../../core/api/transport/page-close-codes.ts';
import type { Invitation, Pages } from '../../core/host/pages/pages.ts';
import type { Dispose } from '../../core/lib/dispose.ts';
import { noRenegotiation } from '../../core/lib/net/no-renegotiation.ts';
import { UserError } from '../../core/lib/user-error.ts';
import type { TlsFiles } from '../../core/listen/tls-files.ts';
import { pageHeaders } from '../page/policy.ts';
import { type ApiSocket, serveApiSocket } from './api-socket.ts';
import { limitConnections } from './connection-limit.ts';
import { createFileCache } from './file-cache.ts';
import { createHandshake, type PageClient } from './handshake.ts';
import { listenForPage } from './listen.ts';
import { isLoopback, loopbackOrigin, namedOrigin, type PageOrigin } from './page-origin.ts';

const mostBytesPerFrame = 64 * 1024 * 1024;
const timeLimits = { requestTimeout: 30_000, headersTimeout: 10_000, connectionsCheckingInterval: 5_000 };
/** Without a byte in either direction; admitted connections are exempt. */
const longestStillMs = 30_000;

/** A page that does not answer the close is not waited for. */
const closingMs = 1_000;
const ended = refusal('session-ended', {});

/** The part of the host that the page talks to. */
export interface UiHost {
  readonly dispatch: Dispatch;
  readonly user: string;
  readonly pages: Pages;
  notices(listener: (notice: Notice) => void): Dispose;
}

export interface UiOptions {
  readonly host: UiHost;
  readonly address: string;
  readonly fd?: number;
  /** 0: the previous one, or a free one. */
  readonly port: number;
  /** `HOST` or `HOST:PORT`: how browsers address the page, where that is not `address`. */
  readonly name?: string | undefined;
  /** The certificate, for a page beyond loopback. */
  tls(): TlsFiles | undefined;
  /** The built page: dist/renderer. */
  readonly rendererDir: string;
}

export interface UiServer {
  /** An address with a key for the host's user: keep it out of logs that others read. @param browser with a file to open it by */
  invite(browser: boolean): Invitation;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/**
 * Serves the page at an address.
 * @throws UserError when the address is not available, or the page would cross a network unencrypted
 */
export async function serveUi(options: UiOptions): Promise<UiServer> {
  const { host } = options;
  const { server, gateAt } = serverFor(options);
  server.setTimeout(longestStillMs);
  const connections = limitConnections(server);
  const { address, port: wanted, fd } = options;
  const port = await listenForPage(server, { address, port: wanted, ...(fd !== undefined && { fd }) }, host.pages);
  const gate = gateAt(port);
  const sockets = new WebSocketServer({ noServer: true, maxPayload: mostBytesPerFrame, perMessageDeflate: false });
  const fileAt = createFileCache(options.rendererDir);
  const clients = new Map<WebSocket, { readonly session: string; readonly api: ApiSocket }>();

  function admit({ socket, stream }: PageClient, { id, user, origin }: PageSession): void {
    connections.admit(stream);
    const caller: Caller = { user, way: { kind: 'page', session: id } };
    const api = serveApiSocket(socket, caller, async (...call) => {
      // Frames still come in while a socket is being closed.
      if (!host.pages.sessions.find(id, origin)) return refusedAnswer(ended);
      host.pages.sessions.used(id);
      return host.dispatch(...call);
    });
    clients.set(socket, { session: id, api });
    socket.on('close', () => clients.delete(socket));
  }
  function dismiss(socket: WebSocket): void {
    clients.delete(socket);
    socket.close(pageCloseCodes.session, ended.message);
    setTimeout(() => socket.terminate(), closingMs).unref();
  }
  const handshake = createHandshake(host.pages, admit);

  server.on('request', (request, response) => {
    answer(request, response, gate, fileAt).catch(() => refuse(response, 500, 'This file could not be read.'));
  });
  server.on('upgrade', (request, stream, head) => {
    if (!mayUpgrade(request, gate)) return refuseUpgrade(stream);
    sockets.handleUpgrade(request, stream, head, socket => {
      const { origin = '', 'user-agent': browser = '' } = request.headers;
      handshake({ socket, stream: request.socket, origin, browser });
    });
  });
  const stopNotices = host.notices(notice => {
    if (clients.size === 0) return;
    const frame = JSON.stringify({ notice });
    for (const { api } of clients.values()) api.send(frame);
  });
  const stopEnds = host.pages.sessions.onEnded(id => {
    for (const [socket, { session }] of clients) if (session === id) dismiss(socket);
  });
  const hide = host.pages.showIn({
    kind: 'page',
    url: `${gate.url}/`,
    connected: id => [...clients.values()].filter(({ session }) => session === id).length,
  });

  return {
    invite: browser => host.pages.invite(host.user, browser),
    async close() {
      hide();
      stopEnds();
      stopNotices();
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    },
  };
}

/** Beyond loopback the page needs TLS, and its name must be known, so that no other name can be made to lead here. */
function serverFor({ address, name, tls }: UiOptions) {
  if (isLoopback(address)) {
    const gateAt = (port: number) => (name === undefined ? loopbackOrigin(address, port) : namedOrigin(name));
    return { server: createServer(timeLimits), gateAt };
  }
  const files = tls();
  if (!files) {
    throw new UserError(
      `The page shows your mail, and without TLS anyone on the way to ${address} could read it. Let it listen on 127.0.0.1 ` +
        'behind a reverse proxy (with --ui-name), or put a certificate into tls/cert.pem and tls/key.pem of the home.',
    );
  }
  if (name === undefined) {
    throw new UserError(
      `The page on ${address} needs the name by which browsers reach it, as in --ui-name mail.example.`,
    );
  }
  const server = createTlsServer({ ...timeLimits, ...files, secureOptions: noRenegotiation });
  let used = files;
  // A new certificate applies to the next client.
  server.prependListener('connection', () => {
    const now = tls();
    if (!now || now === used) return;
    used = now;
    server.setSecureContext({ ...now, secureOptions: noRenegotiation });
  });
  return { server, gateAt: (port: number) => namedOrigin(/:\d+$/.test(name) ? name : `${name}:${port}`) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  gate: PageOrigin,
  fileAt: ReturnType<typeof createFileCache>,
) {
  if (!gate.hostIsOurs(request.headers)) {
    return refuse(
      response,
      403,
      'This page is available under its own address only. Use the address that <code>waypost open</code> prints; behind a ' +
        'reverse proxy, start the host with <code>--ui-name</code> and let the proxy pass on the Host header.',
    );
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'This page can only be read.');
  const url = URL.parse(request.url ?? '', 'http://page');
  if (!url) return refuse(response, 400, 'This address is not valid.');
  const file = await fileAt(url.pathname);
  if (!file) return refuse(response, 404, 'There is no such page here.');
  response.writeHead(200, { ...pageHeaders, 'content-type': file.type, 'content-length': file.raw.length });
  response.end(request.method === 'HEAD' ? undefined : file.raw);
}

function mayUpgrade({ url, headers }: IncomingMessage, gate: PageOrigin): boolean {
  return url === '/api' && gate.hostIsOurs(headers) && gate.originIsOurs(headers);
}

function refuseUpgrade(stream: Duplex): void {
  stream.on('error', () => {});
  stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** A page of text; `text` is ours, never the client's. */
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
