// The loopback web page over real sockets: who gets in, what is served, what a client may send.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Answer, Notice } from '../../../core/api/errors.ts';
import { serveUi, type UiHost } from '../../../main/headless/serve-ui.ts';
import { tempDir } from '../../support/temp-dir.ts';

interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface RecordedHost extends UiHost {
  readonly calls: [unknown, unknown][];
  readonly listeners: Set<(notice: Notice) => void>;
}

function recordedHost(answer: (method: unknown, request: unknown) => Promise<Answer>): RecordedHost {
  const calls: [unknown, unknown][] = [];
  const listeners = new Set<(notice: Notice) => void>();
  return {
    calls,
    listeners,
    user: 'alice',
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

async function start(t: TestContext, answer: (method: unknown, request: unknown) => Promise<Answer> = echo) {
  const rendererDir = join(tempDir(t), 'renderer');
  mkdirSync(join(rendererDir, 'sub'), { recursive: true });
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html>the page');
  writeFileSync(join(rendererDir, 'page.js'), 'export {};');
  writeFileSync(join(rendererDir, 'sub', 'a.css'), 'a{}');
  writeFileSync(join(rendererDir, '.hidden.txt'), 'secret');
  writeFileSync(join(rendererDir, '..', 'outside.txt'), 'secret');
  const host = recordedHost(answer);
  const ui = await serveUi({ host, address: '127.0.0.1', port: 0, rendererDir });
  t.after(() => ui.close());
  const { port, searchParams } = new URL(ui.url);
  const token = searchParams.get('token') ?? '';
  return { host, ui, port: Number(port), token, cookie: `waypost-${port}=${token}` };
}

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

test('serveUi: the right token → a strict cookie and the way to /, where the page is', async t => {
  const { port, token, cookie } = await start(t);
  const first = await ask(port, `/?token=${token}`);
  assert.deepEqual(
    [first.status, first.headers.location, first.headers['set-cookie']],
    [303, '/', [`${cookie}; Path=/; HttpOnly; SameSite=Strict`]],
  );
  const page = await ask(port, '/', { cookie });
  assert.deepEqual(
    [page.status, page.headers['content-type'], page.body],
    [200, 'text/html; charset=utf-8', '<!doctype html>the page'],
  );
  assert.match(String(page.headers['content-security-policy']), /^default-src 'none'; script-src 'self';/);
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
});

test('serveUi: requests → status', async t => {
  const { port, token, cookie } = await start(t);
  const other = `waypost-${port}=${'x'.repeat(token.length)}`;
  const rows: [string, Record<string, string>, number, string?][] = [
    ['/', {}, 403],
    ['/page.js', {}, 403],
    [`/?token=${'x'.repeat(token.length)}`, {}, 403],
    [`/?token=${token.slice(1)}`, { cookie }, 403],
    ['/?token=', {}, 403],
    ['/', { cookie: other }, 403],
    ['/', { cookie: `waypost=${token}` }, 403],
    ['/', { cookie: `a=b; ${other}; ${cookie}` }, 200],
    ['/page.js', { cookie }, 200],
    ['/page.js?v=2', { cookie }, 200],
    ['/sub/a.css', { cookie }, 200],
    ['/sub', { cookie }, 404],
    ['/page.js/x.js', { cookie }, 404],
    ['/missing.js', { cookie }, 404],
    ['/.hidden.txt', { cookie }, 404],
    ['/../outside.txt', { cookie }, 404],
    ['/..%2foutside.txt', { cookie }, 404],
    ['/%2e%2e/outside.txt', { cookie }, 404],
    ['/sub//a.css', { cookie }, 404],
    ['//127.0.0.1/page.js', { cookie }, 200],
    ['/', { cookie, host: `localhost:${port}` }, 200],
    ['/', { cookie, host: `127.9.9.9:${port}` }, 200],
    ['/', { cookie, host: `[::1]:${port}` }, 200],
    ['/', { cookie, host: `evil.example:${port}` }, 403],
    ['/', { cookie, host: `192.0.2.1:${port}` }, 403],
    ['/', { cookie, host: `127.0.0.1:${port + 1}` }, 403],
    ['/', { cookie, host: '127.0.0.1' }, 403],
    ['/', { cookie, host: `127.0.0.1.evil.example:${port}` }, 403],
    [`/?token=${token}`, { host: `evil.example:${port}` }, 403],
    ['/', { cookie }, 405, 'POST'],
  ];
  const got: (typeof rows)[number][] = [];
  for (const [path, headers, , method] of rows) {
    const { status } = await ask(port, path, headers, method);
    got.push(method ? [path, headers, status, method] : [path, headers, status]);
  }
  assert.deepEqual(got, rows);
});

test('serveUi: no key → a page that says in words what to do, and never echoes the request', async t => {
  const { port } = await start(t);
  const { body, headers } = await ask(port, '/?token=%3Cscript%3Ealert(1)%3C/script%3E');
  assert.match(body, /opens only with the key in its address/);
  assert.doesNotMatch(body, /alert/);
  assert.equal(headers['set-cookie'], undefined);
});

function socketTo(port: number, headers: Record<string, string>, path = '/api'): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers, perMessageDeflate: false });
}

async function statusOf(socket: WebSocket): Promise<number> {
  return new Promise(resolve => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => {});
  });
}

test('serveUi: WebSocket upgrades → let in only from our own page', async t => {
  const { port, cookie } = await start(t);
  const origin = `http://127.0.0.1:${port}`;
  const rows: [string, Record<string, string>, number][] = [
    ['/api', { cookie, origin }, 101],
    ['/api', { cookie, origin: `http://localhost:${port}`, host: `localhost:${port}` }, 101],
    ['/api', { origin }, 403],
    ['/api', { cookie }, 403],
    ['/api', { cookie, origin: 'null' }, 403],
    ['/api', { cookie, origin: 'http://evil.example' }, 403],
    ['/api', { cookie, origin: `http://127.0.0.1:${port + 1}` }, 403],
    ['/api', { cookie, origin: `http://evil.example:${port}`, host: `evil.example:${port}` }, 403],
    ['/', { cookie, origin }, 403],
  ];
  const got: typeof rows = [];
  for (const [path, headers] of rows) {
    const socket = socketTo(port, headers, path);
    got.push([path, headers, await statusOf(socket)]);
    socket.terminate();
  }
  assert.deepEqual(got, rows);
});

async function opened(port: number, cookie: string): Promise<{ socket: WebSocket; next(): Promise<unknown> }> {
  const socket = socketTo(port, { cookie, origin: `http://127.0.0.1:${port}` });
  const frames: unknown[] = [];
  let wake = () => {};
  socket.on('message', data => {
    frames.push(JSON.parse(String(data)));
    wake();
  });
  await once(socket, 'open');
  return {
    socket,
    async next() {
      while (frames.length === 0) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return frames.shift();
    },
  };
}

test('api socket: calls and notices → answers by id, notices to every client', async t => {
  const { port, cookie, host } = await start(t);
  const a = await opened(port, cookie);
  const b = await opened(port, cookie);
  a.socket.send(JSON.stringify({ id: 7, method: 'host.status', request: { x: 1 } }));
  assert.deepEqual(await a.next(), { id: 7, answer: { ok: true, value: ['host.status', { x: 1 }] } });
  for (const listener of host.listeners) listener({ seq: 1, event: 'host.changed', data: { unread: 2 } });
  const notice = { notice: { seq: 1, event: 'host.changed', data: { unread: 2 } } };
  assert.deepEqual([await a.next(), await b.next()], [notice, notice]);
});

test('api socket: frames that are no calls → the connection is closed with a code, the host is not asked', async t => {
  const { port, cookie, host } = await start(t);
  const rows: [string | Buffer, number][] = [
    ['nonsense', 1008],
    ['null', 1008],
    ['{"method":"host.status"}', 1008],
    ['{"id":"1","method":"host.status"}', 1008],
    [Buffer.from('{"id":1}'), 1003],
    ['x'.repeat(64 * 1024 * 1024 + 1), 1009],
  ];
  const got: typeof rows = [];
  for (const [frame] of rows) {
    const { socket } = await opened(port, cookie);
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
  const { port, cookie, host } = await start(t, () => never);
  const { socket } = await opened(port, cookie);
  for (let id = 0; id <= 256; id += 1) socket.send(JSON.stringify({ id, method: 'host.status', request: {} }));
  const [code] = await once(socket, 'close');
  assert.deepEqual([code, host.calls.length], [1008, 256]);
});

test('api socket: a client that does not read → is dropped, others go on', async t => {
  const value = 'x'.repeat(8 * 1024 * 1024);
  const { port, cookie, host } = await start(t, async () => ({ ok: true, value }));
  const slow = connect(port, '127.0.0.1');
  slow.on('error', () => {});
  slow.write(
    `GET /api HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: http://127.0.0.1:${port}\r\nCookie: ${cookie}\r\n` +
      'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(slow, 'readable');
  const other = await opened(port, cookie);
  // A masked text frame with a mask of zeroes: `{"id":1}`.
  const call = Buffer.from('{"id":1}');
  const frame = Buffer.concat([Buffer.from([0x81, 0x80 | call.length, 0, 0, 0, 0]), call]);
  const closed = once(slow, 'close');
  for (let i = 0; i < 24; i += 1) slow.write(frame);
  while (host.calls.length < 24) await new Promise(resolve => setImmediate(resolve));
  slow.resume();
  await closed;
  other.socket.send('{"id":2,"method":"m"}');
  assert.deepEqual(((await other.next()) as { id: number }).id, 2);
});

test('serveUi: a taken port → an error that names it', async t => {
  const { port, host } = await start(t);
  await assert.rejects(serveUi({ host, address: '127.0.0.1', port, rendererDir: '/nowhere' }), {
    name: 'UserError',
    message: `Unable to serve the page at 127.0.0.1, port ${port}: another program has it; choose another port.`,
  });
});

test('serveUi: close → clients are cut and the host is no longer listened to', async t => {
  const { port, cookie, host, ui } = await start(t);
  const { socket } = await opened(port, cookie);
  const closed = once(socket, 'close');
  await ui.close();
  await closed;
  assert.equal(host.listeners.size, 0);
});
