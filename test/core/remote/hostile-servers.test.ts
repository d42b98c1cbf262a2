// Malicious servers, at each step of the SMTP dialogue: the message stays in the queue for another attempt, within
// the timeouts, and no server can make the host remember more than a little.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../core/lib/clock.ts';
import type { Outcome } from '../../../core/paper-path/outcome.ts';
import { remoteRig } from '../../support/remote-rig.ts';
import { startTcpPeer } from '../../support/tcp-peer.ts';

const steps = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'final dot'] as const;
const replies = ['220 hi', '250 hi', '250 ok', '250 ok', '354 go ahead', '250 ok'];

/** Writes for as long as the other end takes it. */
function pour(socket: Socket, piece: string | Buffer): void {
  while (!socket.destroyed && socket.write(piece));
  if (!socket.destroyed) socket.once('drain', () => pour(socket, piece));
}

const allBytes = Buffer.from(Array.from({ length: 4096 }, (_, at) => at % 256));

const attacks: [what: string, attack: (socket: Socket) => void][] = [
  ['a line without end', socket => pour(socket, 'x'.repeat(65_536))],
  ['a line of 8 MB', socket => socket.write(`250 ${'x'.repeat(8_000_000)}\r\n`)],
  ['a reply without end', socket => pour(socket, '250-and more\r\n'.repeat(1000))],
  ['a reply without end that never says a code', socket => pour(socket, 'abc-\n'.repeat(1000))],
  ['all bytes, again and again', socket => pour(socket, allBytes)],
  ['NULs', socket => pour(socket, Buffer.alloc(4096))],
  [
    'a byte now and then',
    socket => {
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('2')), 20);
    },
  ],
  [
    'a line now and then',
    socket => {
      const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write('250-wait\r\n')), 20);
    },
  ],
  ['half a reply, then nothing', socket => socket.write('250-a\r\n25')],
  ['nothing', () => {}],
  ['half a reply, then the end', socket => socket.end('25')],
  ['the end', socket => socket.end()],
  ['a reset', socket => socket.resetAndDestroy()],
];

/** A clock on which a second of timeoutremote is a quarter. */
const clock = { ...systemClock, after: (delayMs: number, run: () => void) => systemClock.after(delayMs / 4, run) };
const lateMs = 60_000;

/** A server that behaves until a step, and what the delivery to it comes to. */
async function deliverTo(t: TestContext, at: number, attack: (socket: Socket) => void): Promise<Outcome> {
  const said = new Map<Socket, number>();
  const { port } = await startTcpPeer(t, (socket, sent) => {
    const done = said.get(socket) ?? 0;
    const lines = sent.split('\r\n').length - 1;
    const isTurn = done < 5 ? lines >= done : sent.endsWith('\r\n.\r\n');
    if (!isTurn || done > at) return;
    said.set(socket, done + 1);
    if (done === at) attack(socket);
    else socket.write(`${replies[done]}\r\n`);
  });
  const rig = remoteRig(t, { port, control: { timeoutremote: '1\n' }, deps: { clock } });
  return rig.deliver('bob@there.example', { text: 'Subject: t\n\nhi\n' });
}

function usedBytes(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

for (const [at, step] of steps.entries()) {
  test(`remote: hostile servers at ${step} → later, in time, in little memory`, async t => {
    const before = usedBytes();
    const startMs = performance.now();
    let most = 0;
    const check = async ([what, attack]: (typeof attacks)[0]): Promise<void> => {
      const outcome = await deliverTo(t, at, attack);
      most = Math.max(most, usedBytes());
      assert.equal(outcome.kind, 'later', `${what}: ${outcome.text.slice(0, 200)}`);
      assert.ok(outcome.text.length < 6000, `${what}: a report of ${outcome.text.length} bytes`);
      if (step === 'final dot' && /^the end|reset|nothing$/.test(what))
        assert.match(outcome.text, /Possible duplicate!/);
    };
    await Promise.all(attacks.map(check));
    const tookMs = performance.now() - startMs;
    assert.ok(tookMs < lateMs, `took ${tookMs} ms`);
    assert.ok(most - before < 100_000_000, `${most - before} bytes more`);
  });
}

test('remote: a server that talks all the while it gets a large message → not listened to before its turn', async t => {
  const talkers = new Set<Socket>();
  const { port } = await startTcpPeer(t, (socket, sent) => {
    const lines = sent.split('\r\n', 6).length - 1;
    const reply = replies[lines];
    if (reply && lines < 5) socket.write(`${reply}\r\n`);
    else if (!talkers.has(socket)) {
      talkers.add(socket);
      pour(socket, '250-'.repeat(1000));
    }
  });
  const rig = remoteRig(t, { port, control: { timeoutremote: '1\n' }, deps: { clock } });
  const outcome = await rig.deliver('bob@there.example', { text: 'x\n'.repeat(4_000_000) });
  assert.equal(outcome.kind, 'later', outcome.text.slice(0, 200));
  assert.ok(usedBytes() < 500_000_000);
});

test('remote: a server that talks without end and reads nothing of a large message → not listened to', async t => {
  let talker: Socket | undefined;
  const { port } = await startTcpPeer(t, (socket, sent) => {
    const lines = sent.split('\r\n', 6).length - 1;
    if (lines < 5) socket.write(`${replies[lines]}\r\n`);
    else if (!talker) {
      talker = socket.pause();
      pour(socket, '250-and more\r\n'.repeat(1000));
    }
  });
  const rig = remoteRig(t, { port, control: { timeoutremote: '4\n' }, deps: { clock } });
  const outcome = await rig.deliver('bob@there.example', { text: 'x\n'.repeat(10_000_000) });
  assert.equal(outcome.text, 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n');
  const taken = (talker?.bytesWritten ?? 0) - (talker?.writableLength ?? 0);
  assert.ok(taken < 32_000_000, `${taken} bytes were taken`);
});

test('remote: a server that stops reading → connection died after timeoutremote', async t => {
  const { port } = await startTcpPeer(t, (socket, sent) => {
    const lines = sent.split('\r\n', 6).length - 1;
    if (lines < 5) socket.write(`${replies[lines]}\r\n`);
    else socket.pause();
  });
  const startMs = performance.now();
  const rig = remoteRig(t, { port, control: { timeoutremote: '1\n' }, deps: { clock } });
  const outcome = await rig.deliver('bob@there.example', { text: 'x\n'.repeat(20_000_000) });
  assert.equal(outcome.text, 'Connected to 127.0.0.1 but connection died. (#4.4.2)\n');
  assert.ok(performance.now() - startMs < lateMs);
});
