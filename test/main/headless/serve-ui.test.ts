// The loopback web page over real sockets: which clients are admitted, what is served, what a client may send.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { WebSocket } from 'ws';
import type { Handlers } from '../../../core/api/contract.ts';
import type { Refused } from '../../../core/api/error-codes.ts';
import { type Answer, ApiError, type Notice } from '../../../core/api/errors.ts';
import type { Caller } from '../../../core/api/transport/caller.ts';
import { createDispatch, type Dispatch } from '../../../core/api/transport/dispatch.ts';
import { openPages } from '../../../core/host/pages/pages.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { serveUi, type UiHost, type UiOptions } from '../../../main/headless/serve-ui.ts';
import { failureText } from '../../../renderer/models/toasts.ts';
import { keyOf, memoryCredentials, openLine, socketTo } from '../../support/page-line.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface RecordedHost extends UiHost {
  readonly calls: [unknown, unknown][];
  readonly listeners: Set<(notice: Notice) => void>;
}

function recordedHost(home: string, answer: (method: unknown, request: unknown) => Promise<Answer>): RecordedHost {
  const calls: [unknown, unknown][] = [];
  const listeners = new Set<(notice: Notice) => void>();
  return {
    calls,
    listeners,
    user: 'alice',
    pages: openPages({ home, clock: systemClock, log: () => {}, serves: user => user === 'alice' }),
    dispatch(_caller, method, request) {
      calls.push([method, request]);
      return answer(method, request);
    },
    notices(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

async function start(
  t: TestContext,
  answer: (method: unknown, request: unknown) => Promise<Answer> = echo,
  options: Partial<UiOptions> = {},
) {
  const rendererDir = join(tempDir(t), 'renderer');
  mkdirSync(join(rendererDir, 'sub'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html>the page');
  writeFileSync(join(rendererDir, 'page.js'), 'export {};');
  writeFileSync(join(rendererDir, 'sub', 'a.css'), 'a{}');
  writeFileSync(join(rendererDir, '.hidden.txt'), 'secret');
  writeFileSync(join(rendererDir, '..', 'outside.txt'), 'secret');
  const host = recordedHost(tempDir(t), answer);
  const ui = await serveUi({ host, address: '127.0.0.1', port: 0, tls: () => undefined, rendererDir, ...options });
  t.after(() => ui.close());
  const { port, origin } = new URL(ui.invite(false).url);
  /** A page that was admitted with a new key. */
  const opened = () => openLine(Number(port), memoryCredentials(origin, { key: keyOf(ui.invite(false).url) }));
  return { host, ui, port: Number(port), opened };
}

const page: Caller = { user: 'alice', way: { kind: 'page', session: 'x' } };

async function echo(method: unknown, request: unknown): Promise<Answer> {
  return { ok: true, value: [method, request] };
}

function ask(port: number, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, response => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', piece => {
        body += piece;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on('error', reject);
    request.end();
  });
}

test('serveUi: the page → for all, with its policy, and without a cookie or a key', async t => {
  const { port } = await start(t);
  const page = await ask(port, '/');
  assert.deepEqual(
    [page.status, page.headers['content-type'], page.body],
    [200, 'text/html; charset=utf-8', '<!doctype html>the page'],
  );
  assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; script-src 'self';/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['set-cookie'], undefined);
});

test('serveUi: requests → status', async t => {
  const { port } = await start(t);
  const rows: [string, Record<string, string>, number, string?][] = [
    ['/', {}, 200],
    ['/page.js', {}, 200],
    ['/page.js?v=2', {}, 200],
    ['/sub/a.css', {}, 200],
    ['/sub', {}, 404],
    ['/page.js/x.js', {}, 404],
    ['/missing.js', {}, 404],
    ['/.hidden.txt', {}, 404],
    ['/../outside.txt', {}, 404],
    ['/..%2foutside.txt', {}, 404],
    ['/%2e%2e/outside.txt', {}, 404],
    ['/sub//a.css', {}, 404],
    ['//127.0.0.1/page.js', {}, 200],
    ['/', { host: `127.0.0.1:${port}` }, 200],
    ['/', { host: `localhost:${port}` }, 403],
    ['/', { host: `127.9.9.9:${port}` }, 403],
    ['/', { host: `[::1]:${port}` }, 403],
    ['/', { host: `evil.example:${port}` }, 403],
    ['/', { host: `192.0.2.1:${port}` }, 403],
    ['/', { host: `127.0.0.1:${port + 1}` }, 403],
    ['/', { host: '127.0.0.1' }, 403],
    ['/', { host: `127.0.0.1.evil.example:${port}` }, 403],
    ['/', {}, 405, 'POST'],
  ];
  const got: (typeof rows)[number][] = [];
  for (const [path, headers, , method] of rows) {
    const { status } = await ask(port, path, headers, method);
    got.push(method ? [path, headers, status, method] : [path, headers, status]);
  }
  assert.deepEqual(got, rows);
});

async function statusOf(socket: WebSocket): Promise<number> {
  return new Promise(resolve => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

test('serveUi: WebSocket upgrades → admitted only from our own page', async t => {
  const { port } = await start(t);
  const origin = `http://127.0.0.1:${port}`;
  const rows: [string, Record<string, string>, number][] = [
    ['/api', { origin }, 101],
    ['/api', { origin: `http://localhost:${port}`, host: `localhost:${port}` }, 403],
    ['/api', {}, 403],
    ['/api', { origin: 'null' }, 403],
    ['/api', { origin: 'http://evil.example' }, 403],
    ['/api', { origin: `http://127.0.0.1:${port + 1}` }, 403],
    ['/api', { origin: `http://evil.example:${port}`, host: `evil.example:${port}` }, 403],
    ['/', { origin }, 403],
  ];
  const got: typeof rows = [];
  for (const [path, headers] of rows) {
    const socket = socketTo(port, headers, path);
    got.push([path, headers, await statusOf(socket)]);
    socket.terminate();
  }
  assert.deepEqual(got, rows);
});

test('api socket: calls and notices → answers by id, notices to every client', async t => {
  const { host, opened } = await start(t);
  const a = await opened();
  const b = await opened();
  a.socket.send(JSON.stringify({ id: 7, method: 'host.status', request: { x: 1 } }));
  assert.deepEqual(await a.next(), { id: 7, answer: { ok: true, value: ['host.status', { x: 1 }] } });
  for (const listener of host.listeners) listener({ seq: 1, event: 'host.changed', data: { unread: 2 } });
  const notice = { notice: { seq: 1, event: 'host.changed', data: { unread: 2 } } };
  assert.deepEqual([await a.next(), await b.next()], [notice, notice]);
});

test('api socket: a refused call → its kind, code and parameters, and the page makes the sentence', async t => {
  let dispatch: Dispatch | undefined;
  const { host, opened } = await start(t, async (...call) => (await dispatch?.(page, ...call)) ?? assert.fail());
  dispatch = createDispatch(host.pages.handlers as Handlers, () => assert.fail('this is no bug'));
  const line = await opened();
  line.socket.send(JSON.stringify({ id: 1, method: 'page.open', request: { browser: false } }));
  const { answer } = (await line.next()) as { answer: Answer };
  assert.deepEqual(answer, { ok: false, kind: 'refused', code: 'page-opens-page', params: {} });
  line.socket.send(JSON.stringify({ id: 2, method: 'mail.sing', request: {} }));
  const { answer: second } = (await line.next()) as { answer: Answer };
  assert.deepEqual(second, { ok: false, kind: 'invalid', code: 'call-unknown', params: { method: 'mail.sing' } });
  assert.equal(failureText(new ApiError(second as Refused)), 'There is no call named mail.sing.');
});

test('api socket: frames that are no calls → the connection is closed with a code, the host is not asked', async t => {
  const { host, opened } = await start(t);
  const rows: [string | Buffer, number][] = [
    ['nonsense', 1008],
    ['null', 1008],
    ['{"method":"host.status"}', 1008],
    ['{"id":"1","method":"host.status"}', 1008],
    [Buffer.from('{"id":1}'), 1003],
    ['x'.repeat(64 * 1024 * 1024 + 1), 1009],
    [`{"id":1,"method":"mail.list","request":${'['.repeat(1024 * 1024)}`, 1009],
    [`{"id":1,"method":"compose.send","request":${'['.repeat(1024 * 1024)}`, 1008],
  ];
  const got: typeof rows = [];
  for (const [frame] of rows) {
    const { socket } = await opened();
    socket.send(frame);
    const [code] = await once(socket, 'close');
    got.push([frame, code]);
  }
  assert.deepEqual(
    got.map(row => row[1]),
    rows.map(row => row[1]),
  );
  assert.deepEqual(host.calls, []);
});

test('api socket: more calls at once than one page can mean → cut off', async t => {
  const never = new Promise<Answer>(() => {});
  const { host, opened } = await start(t, () => never);
  const { socket } = await opened();
  for (let id = 0; id <= 256; id += 1) socket.send(JSON.stringify({ id, method: 'host.status', request: {} }));
  const [code] = await once(socket, 'close');
  assert.deepEqual([code, host.calls.length], [1008, 256]);
});

test('api socket: a client that does not read → is dropped, others go on', async t => {
  const value = 'x'.repeat(8 * 1024 * 1024);
  const { host, opened } = await start(t, async () => ({ ok: true, value }));
  const [slow, other] = [await opened(), await opened()];
  slow.socket.pause();
  const closed = once(slow.socket, 'close');
  for (let id = 0; id < 24; id += 1) slow.socket.send(JSON.stringify({ id }));
  while (host.calls.length < 24) await new Promise(resolve => setImmediate(resolve));
  slow.socket.resume();
  await closed;
  other.socket.send('{"id":2,"method":"m"}');
  assert.deepEqual(((await other.next()) as { id: number }).id, 2);
});

test('serveUi: a taken port → an error that names it', async t => {
  const { port, host } = await start(t);
  await assert.rejects(serveUi({ host, address: '127.0.0.1', port, tls: () => undefined, rendererDir: '/nowhere' }), {
    name: 'UserError',
    message: `Unable to serve the page at 127.0.0.1, port ${port}: another program has it; choose another port.`,
  });
});

test('serveUi: close → clients are disconnected and events of the host are ignored', async t => {
  const { host, ui, opened } = await start(t);
  const { socket } = await opened();
  const closed = once(socket, 'close');
  await ui.close();
  await closed;
  assert.equal(host.listeners.size, 0);
});

test('serveUi: very many connections that request nothing, or do not read → few are kept, and a page is still admitted', async t => {
  const { port, ui, opened } = await start(t);
  const page = await opened();
  const crowd: Socket[] = [];
  t.after(() => crowd.forEach(socket => void socket.destroy()));
  for (let n = 0; n < 200; n += 1) {
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    socket.pause();
    await once(socket, 'connect');
    if (n % 2) socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(50));
    crowd.push(socket);
  }
  assert.equal((await ask(port, '/')).status, 200);
  await opened();
  for (const socket of crowd) socket.resume();
  await until('the others to be cut', () => crowd.filter(socket => !socket.destroyed).length <= 64);
  page.socket.send('{"id":1,"method":"m"}');
  assert.equal(((await page.next()) as { id: number }).id, 1);
  await ui.close();
});

test('serveUi: a new build → its files, from the next request on', async t => {
  const rendererDir = tempDir(t);
  writeFileSync(join(rendererDir, 'index.html'), 'old');
  const { port } = await start(t, echo, { rendererDir });
  assert.equal((await ask(port, '/')).body, 'old');
  writeFileSync(join(rendererDir, 'index.html'), 'newer');
  assert.equal((await ask(port, '/')).body, 'newer');
});
