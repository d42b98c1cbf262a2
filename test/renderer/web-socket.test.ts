import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from '../../core/api/client.ts';
import { type Socket, Unreachable, webSocketTransport } from '../../renderer/transport/web-socket.ts';
import { fakeTimers, settled } from './fake-timers.ts';

class FakeSocket implements Socket {
  readonly sent: string[] = [];
  onopen: Socket['onopen'] = null;
  onclose: Socket['onclose'] = null;
  onmessage: Socket['onmessage'] = null;

  send(data: unknown): void {
    this.sent.push(String(data));
  }
  close(): void {
    this.onclose?.call({} as WebSocket, {} as CloseEvent);
  }
  open(): void {
    this.onopen?.call({} as WebSocket, {} as Event);
  }
  receive(frame: object): void {
    this.onmessage?.call({} as WebSocket, { data: JSON.stringify(frame) } as MessageEvent);
  }
}

function setUp() {
  const timers = fakeTimers();
  const sockets: FakeSocket[] = [];
  const { transport, link } = webSocketTransport({
    timers,
    open() {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
  });
  const latest = () => sockets.at(-1) as FakeSocket;
  return { api: createClient(transport), link, timers, sockets, latest };
}

test('web socket: asked before the line is up → sent when it is, answers go to their calls', async () => {
  const { api, latest } = setUp();
  const first = api.call('mail.mailboxes', {});
  const second = api.call('queue.retry', {});
  assert.deepEqual(latest().sent, []);
  latest().open();
  assert.deepEqual(
    latest().sent.map(frame => JSON.parse(frame)),
    [
      { id: 1, method: 'mail.mailboxes', request: {} },
      { id: 2, method: 'queue.retry', request: {} },
    ],
  );
  latest().receive({ id: 2, answer: { ok: true, value: { woken: 3 } } });
  latest().receive({ id: 1, answer: { ok: false, code: 'failed', text: 'The disk is full.' } });
  assert.deepEqual(await second, { woken: 3 });
  await assert.rejects(first, { code: 'failed', message: 'The disk is full.' });
});

test('web socket: the line breaks → open calls fail, later ones too, until it is back; then everything is asked again', async () => {
  const { api, link, timers, sockets, latest } = setUp();
  let gaps = 0;
  api.onGap(() => {
    gaps += 1;
  });
  latest().open();
  const open = api.call('mail.mailboxes', {});
  latest().close();
  await assert.rejects(open, Unreachable);
  await assert.rejects(api.call('mail.mailboxes', {}), Unreachable);
  assert.deepEqual(link.state.value, { kind: 'down', retryAtMs: 500 });
  await timers.pass(500);
  assert.equal(sockets.length, 2);
  latest().open();
  assert.deepEqual([link.state.value.kind, gaps], ['up', 1]);
});

test('web socket: no host for long → pauses grow to 15 s; a person may be quicker', async () => {
  const { link, timers, sockets, latest } = setUp();
  const pauses: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    latest().close();
    const state = link.state.value;
    const pause = state.kind === 'down' ? state.retryAtMs - timers.nowMs() : 0;
    pauses.push(pause);
    await timers.pass(pause);
  }
  assert.deepEqual(pauses, [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
  latest().close();
  const before = sockets.length;
  link.retryNow();
  await settled();
  assert.equal(sockets.length, before + 1);
  await timers.pass(60_000);
  assert.equal(sockets.length, before + 1, 'the cancelled attempt does not come on top');
});

test('web socket: notices in order → events; a gap in their numbers is reported', () => {
  const { api, latest } = setUp();
  const heard: unknown[] = [];
  let gaps = 0;
  api.on('mail.arrived', data => heard.push(data.subject));
  api.onGap(() => {
    gaps += 1;
  });
  latest().open();
  const arrived = (seq: number) =>
    latest().receive({
      notice: { seq, event: 'mail.arrived', data: { id: 'INBOX/1', from: {}, subject: `n ${seq}`, unread: 1 } },
    });
  arrived(5);
  arrived(6);
  arrived(9);
  assert.deepEqual([heard, gaps], [['n 5', 'n 6', 'n 9'], 1]);
});
