// The page's connection to its host: opened again after a break, and only to the host that proves itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusal, refusedAnswer } from '../../../core/api/errors.ts';
import { createClient } from '../../../core/api/transport/client.ts';
import { pageCloseCodes } from '../../../core/api/transport/page-close-codes.ts';
import type { Opening } from '../../../core/api/transport/page-handshake.ts';
import { hostProof, pageIsRight, verifierOf } from '../../../core/api/transport/session-proof.ts';
import { Unreachable } from '../../../renderer/transport/pending-calls.ts';
import { type Socket, webSocketTransport } from '../../../renderer/transport/web-socket.ts';
import { memoryCredentials } from '../../support/page-line.ts';
import { until } from '../../support/until.ts';
import { fakeTimers, settled } from '../support/fake-timers.ts';

class FakeSocket implements Socket {
  readonly sent: string[] = [];
  onopen: Socket['onopen'] = null;
  onclose: Socket['onclose'] = null;
  onmessage: Socket['onmessage'] = null;

  send(data: unknown): void {
    this.sent.push(String(data));
  }
  close(code = 1006): void {
    this.onclose?.call({} as WebSocket, { code } as CloseEvent);
  }
  open(): void {
    this.onopen?.call({} as WebSocket, {} as Event);
  }
  receive(frame: object): void {
    this.onmessage?.call({} as WebSocket, { data: JSON.stringify(frame) } as MessageEvent);
  }
}

const origin = 'http://127.0.0.1:8025';
const made = { session: 'abc', secret: 'a secret' };

function setUp(start: Parameters<typeof memoryCredentials>[1] = { key: 'a-key' }) {
  const timers = fakeTimers();
  const sockets: FakeSocket[] = [];
  const credentials = memoryCredentials(origin, start);
  const { transport, connection } = webSocketTransport({
    timers,
    credentials,
    open() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
  });
  const latest = () => sockets.at(-1) as FakeSocket;

  /** The host's part: admits the page, by its key or by the proof of its session. */
  async function letIn(): Promise<void> {
    const socket = latest();
    socket.open();
    const opening = JSON.parse(socket.sent[0] ?? '') as Opening;
    if ('key' in opening) socket.receive({ made });
    else {
      const verifier = await verifierOf(made.secret);
      const exchange = { session: opening.session, pageNonce: opening.nonce, hostNonce: 'n', origin };
      socket.receive({ nonce: 'n' });
      const { proof } = JSON.parse(await until('the proof', () => socket.sent[1])) as { proof: string };
      assert.ok(await pageIsRight(verifier, exchange, proof));
      socket.receive({ proof: await hostProof(verifier, exchange) });
    }
    await until('the line', () => connection.state.value.kind === 'up');
    socket.sent.splice(0, 'key' in opening ? 1 : 2);
  }
  return { api: createClient(transport), connection, credentials, timers, sockets, latest, letIn };
}

test('web socket: called before the connection is up → sent once it is, each answer goes to its call', async () => {
  const { api, latest, letIn } = setUp();
  const first = api.call('mail.mailboxes', {});
  const second = api.call('queue.retry', {});
  assert.deepEqual(latest().sent, []);
  await letIn();
  assert.deepEqual(
    latest().sent.map(frame => JSON.parse(frame)),
    [
      { id: 1, method: 'mail.mailboxes', request: {} },
      { id: 2, method: 'queue.retry', request: {} },
    ],
  );
  latest().receive({ id: 2, answer: { ok: true, value: { woken: 3 } } });
  latest().receive({ id: 1, answer: refusedAnswer(refusal('queue-unchanged', { why: 'no space left on device' })) });
  assert.deepEqual(await second, { woken: 3 });
  await assert.rejects(first, { kind: 'failed', code: 'queue-unchanged', params: { why: 'no space left on device' } });
});

test('web socket: the connection breaks → calls fail until it is back; then everything is fetched again', async () => {
  const { api, connection, timers, sockets, latest, letIn } = setUp();
  let gaps = 0;
  api.onGap(() => {
    gaps += 1;
  });
  await letIn();
  const open = api.call('mail.mailboxes', {});
  latest().close();
  await assert.rejects(open, Unreachable);
  await assert.rejects(api.call('mail.mailboxes', {}), Unreachable);
  assert.deepEqual(connection.state.value, { kind: 'down', retryAtMs: 500 });
  await timers.pass(500);
  assert.equal(sockets.length, 2);
  await letIn();
  assert.deepEqual([connection.state.value.kind, gaps], ['up', 1]);
});

test('web socket: no host for long → pauses grow to 15 s; a person may be quicker', async () => {
  const { connection, timers, sockets, latest } = setUp();
  const pauses: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    latest().close();
    const state = connection.state.value;
    const pause = state.kind === 'down' ? state.retryAtMs - timers.nowMs() : 0;
    pauses.push(pause);
    await timers.pass(pause);
  }
  assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  latest().close();
  const before = sockets.length;
  connection.retryNow();
  await settled();
  assert.equal(sockets.length, before + 1);
  await timers.pass(60_000);
  assert.equal(sockets.length, before + 1, 'the cancelled attempt does not come on top');
});

test('web socket: notices in order → events; a gap in their numbers is reported', async () => {
  const { api, latest, letIn } = setUp();
  const heard: unknown[] = [];
  let gaps = 0;
  api.on('mail.arrived', data => heard.push(data.subject));
  api.onGap(() => {
    gaps += 1;
  });
  await letIn();
  const arrived = (seq: number) =>
    latest().receive({
      notice: { seq, event: 'mail.arrived', data: { id: 'INBOX/1', from: {}, subject: `n ${seq}`, unread: 1 } },
    });
  arrived(5);
  arrived(6);
  arrived(9);
  assert.deepEqual([heard, gaps], [['n 5', 'n 6', 'n 9'], 1]);
});

test('web socket: a tab without key or session → no line is opened, and the page says why', async () => {
  const { api, connection, sockets } = setUp({});
  await assert.rejects(api.call('mail.mailboxes', {}), Unreachable);
  assert.deepEqual([connection.state.value, sockets.length], [{ kind: 'refused', why: 'none' }, 0]);
});

test('web socket: what the host does not take → the page says why, and asks no more', async () => {
  const session = { id: made.session, secret: made.secret };
  const rows = [
    [{ key: 'old' }, pageCloseCodes.key, { kind: 'refused', why: 'key' }],
    [{ session }, pageCloseCodes.session, { kind: 'refused', why: 'session' }],
    [{ session }, pageCloseCodes.late, { kind: 'down', retryAtMs: 500 }],
  ] as const;
  for (const [start, code, expected] of rows) {
    const { connection, timers, sockets, latest } = setUp(start);
    latest().open();
    latest().close(code);
    assert.deepEqual(connection.state.value, expected);
    if (expected.kind === 'refused') await timers.pass(60_000);
    assert.equal(sockets.length, 1);
  }
});

test('web socket: an old key in the address of a tab that has a session → the session lets it in', async () => {
  const { connection, latest, letIn } = setUp({ key: 'old', session: { id: made.session, secret: made.secret } });
  latest().open();
  latest().close(pageCloseCodes.key);
  await letIn();
  assert.deepEqual(connection.state.value, { kind: 'up' });
});

test('web socket: a session that ended, then a new key → let in, and everything is asked again', async () => {
  const { api, connection, credentials, latest, letIn } = setUp({ session: { id: 'gone', secret: 'x' } });
  let gaps = 0;
  api.onGap(() => {
    gaps += 1;
  });
  latest().open();
  latest().close(pageCloseCodes.session);
  Object.assign(credentials, { key: () => 'new' });
  connection.enter();
  await letIn();
  assert.deepEqual(
    [connection.state.value, gaps, credentials.session()],
    [{ kind: 'up' }, 1, { id: 'abc', secret: 'a secret' }],
  );
});

test('web socket: somebody else at the host’s address → learns no secret and is not believed', async () => {
  const { api, connection, latest } = setUp({ session: { id: made.session, secret: made.secret } });
  const call = assert.rejects(api.call('explain.address', { address: 'nobody’s business' }), Unreachable);
  const socket = latest();
  socket.open();
  socket.receive({ nonce: 'n' });
  await until('the proof', () => socket.sent[1]);
  socket.receive({ proof: 'f'.repeat(64) });
  await until('the end', () => connection.state.value.kind === 'down');
  await call;
  assert.equal(socket.sent.length, 2, 'no call goes out before the host has proved itself');
  assert.ok(!socket.sent.join().includes(made.secret));
  for (const nonsense of [{ made }, {}, [], 'x', null]) {
    const other = setUp({ session: { id: made.session, secret: made.secret } });
    other.latest().open();
    other.latest().receive(nonsense as object);
    await until('the end', () => other.connection.state.value.kind === 'down');
  }
});
