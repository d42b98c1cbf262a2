// Admission to the page, over real sockets: keys, sessions, and what a connection may do before that.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Caller } from '../../../core/api/transport/caller.ts';
import { pageCloseCodes } from '../../../core/api/transport/page-close-codes.ts';
import { openPages } from '../../../core/host/pages/pages.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { usualHandshakeLimits } from '../../../main/headless/handshake.ts';
import { serveUi } from '../../../main/headless/serve-ui.ts';
import { framesOf, keyOf, memoryCredentials, openLine, socketTo } from '../../support/page-line.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function start(t: TestContext, home = tempDir(t), port = 0) {
  const callers: Caller[] = [];
  const pages = openPages({ home, clock: systemClock, log: () => {}, serves: user => user === 'alice' });
  const ui = await serveUi({
    host: {
      user: 'alice',
      pages,
      async dispatch(caller) {
        callers.push(caller);
        return { ok: true, value: 1 };
      },
      notices: () => () => {},
    },
    address: '127.0.0.1',
    port,
    tls: () => undefined,
    rendererDir: join(home, 'renderer'),
  });
  t.after(() => ui.close());
  const url = new URL(ui.invite(false).url);
  const key = () => keyOf(ui.invite(false).url);
  return { home, pages, ui, callers, origin: url.origin, port: Number(url.port), key };
}

/** The frames that a connection receives which sends these, up to its end. */
async function hears(port: number, frames: readonly (string | Buffer)[]): Promise<unknown> {
  const socket = socketTo(port, { origin: `http://127.0.0.1:${port}` });
  socket.on('error', () => {});
  const next = framesOf(socket);
  await once(socket, 'open');
  for (const frame of frames) socket.send(frame);
  for (;;) {
    const frame = (await next()) as { closed?: number };
    if (frame.closed !== undefined) return frame.closed;
  }
}

test('greeting: a key → a session that answers calls; the key again → refused', async t => {
  const { port, origin, key, callers, pages } = await start(t);
  const once = key();
  const credentials = memoryCredentials(origin, { key: once });
  const line = await openLine(port, credentials);
  line.socket.send('{"id":1,"method":"host.status"}');
  assert.deepEqual(await line.next(), { id: 1, answer: { ok: true, value: 1 } });
  const [session] = pages.sessions.list();
  assert.deepEqual(callers, [{ user: 'alice', way: { kind: 'page', session: session?.id } }]);
  assert.deepEqual([session?.browser, credentials.session()?.id], ['a test', session?.id]);
  await assert.rejects(openLine(port, memoryCredentials(origin, { key: once })), /closed with 4403/);
});

test('greeting: something other than a greeting, or a wrong one → closed with a code', async t => {
  const { port, pages, origin } = await start(t);
  const { session } = await pages.sessions.make({ user: 'alice', origin, browser: '' });
  const opening = JSON.stringify({ session: session.id, nonce: 'n' });
  const rows: [readonly (string | Buffer)[], number][] = [
    [['nonsense'], 1008],
    [['null'], 1008],
    [['{"id":1,"method":"host.status"}'], 1008],
    [['{"key":""}'], 1008],
    [['{"key":"a","session":"b"}'], 1008],
    [[Buffer.from('{"key":"a"}')], 1003],
    [['{"key":"a"}'], pageCloseCodes.key],
    [['{"session":"a","nonce":"n"}'], pageCloseCodes.session],
    [[opening, opening], 1008],
    [['x'.repeat(100_000)], 1006],
  ];
  const got: typeof rows = [];
  for (const [frames] of rows) got.push([frames, (await hears(port, frames)) as number]);
  assert.deepEqual(got, rows);
});

test('greeting: a wrong proof, or another origin’s session → refused', async t => {
  const { port, origin, pages } = await start(t);
  const { session, secret } = await pages.sessions.make({ user: 'alice', origin, browser: '' });
  const { id } = session;
  await assert.rejects(openLine(port, memoryCredentials(origin, { session: { id, secret: 'x' } })), /closed with 4401/);
  const elsewhere = origin.replace('127.0.0.1', 'localhost');
  const other = await pages.sessions.make({ user: 'alice', origin: elsewhere, browser: '' });
  const stolen = { id: other.session.id, secret: other.secret };
  await assert.rejects(openLine(port, memoryCredentials(origin, { session: stolen })), /closed with 4401/);
  await openLine(port, memoryCredentials(origin, { session: { id, secret } }));
});

test('greeting: the host restarts → the page finds it at the same port, and its session is valid', async t => {
  const first = await start(t);
  const credentials = memoryCredentials(first.origin, { key: first.key() });
  await openLine(first.port, credentials);
  await first.ui.close();
  await first.pages.close();
  const second = await start(t, first.home);
  assert.equal(second.port, first.port);
  await openLine(second.port, credentials);
});

test('greeting: another program has taken the port → another port, and sessions of the old one stay invalid', async t => {
  const first = await start(t);
  const credentials = memoryCredentials(first.origin, { key: first.key() });
  await openLine(first.port, credentials);
  await first.ui.close();
  const squatter = createServer().listen(first.port, '127.0.0.1');
  await once(squatter, 'listening');
  const second = await start(t, first.home);
  assert.notEqual(second.port, first.port);
  await second.ui.close();
  squatter.close();
  await once(squatter, 'close');
  const third = await start(t, first.home, first.port);
  await assert.rejects(openLine(third.port, credentials), /closed with 4401/);
});

test('greeting: a session is revoked → its open pages are closed with a code, others stay', async t => {
  const { port, origin, key, pages } = await start(t);
  const tabs = [memoryCredentials(origin, { key: key() }), memoryCredentials(origin, { key: key() })] as const;
  const [gone, stays] = [await openLine(port, tabs[0]), await openLine(port, tabs[1])];
  await pages.sessions.end(({ id }) => id === tabs[0].session()?.id);
  assert.deepEqual(await gone.next(), { closed: pageCloseCodes.session });
  stays.socket.send('{"id":1,"method":"m"}');
  assert.deepEqual(await stays.next(), { id: 1, answer: { ok: true, value: 1 } });
  await assert.rejects(openLine(port, tabs[0]), /closed with 4401/);
});

test('greeting: a page goes on calling while its session is being ended → the host is not asked', async t => {
  const { port, origin, key, pages, callers } = await start(t);
  const credentials = memoryCredentials(origin, { key: key() });
  const { socket, next } = await openLine(port, credentials);
  const saved = pages.sessions.end(() => true);
  socket.send('{"id":1,"method":"m"}');
  assert.deepEqual([await next(), callers], [{ closed: pageCloseCodes.session }, []]);
  await saved;
});

test('greeting: very many silent connections → few are kept, and a page is still admitted', async t => {
  const { port, origin, key } = await start(t);
  const silent: WebSocket[] = [];
  t.after(() => silent.forEach(socket => void socket.terminate()));
  for (let n = 0; n < 200; n += 1) {
    const socket = socketTo(port, { origin }).on('error', () => {});
    await once(socket, 'open');
    silent.push(socket);
  }
  await openLine(port, memoryCredentials(origin, { key: key() }));
  await new Promise(resolve => setTimeout(resolve, 50));
  const open = silent.filter(socket => socket.readyState === WebSocket.OPEN).length;
  assert.ok(open <= usualHandshakeLimits.mostWaiting, `${open} are open`);
});

test('greeting: a line that says nothing → closed after the time limit', async t => {
  const { port, origin } = await start(t);
  const socket = socketTo(port, { origin });
  const [code] = await once(socket, 'close');
  assert.equal(code, pageCloseCodes.late);
});
