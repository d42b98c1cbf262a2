// Mail to QMQP servers (qmail-qmqpc, remote.md 4): which server gets it, and the exit code of each end.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Dial, DialTimeout } from '../../../core/conversation/channel.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { sendByQmqp } from '../../../core/remote/qmqp-client.ts';
import { startTcpPeer } from '../../support/tcp-peer.ts';

const envelope = { sender: 'a@b', recipients: ['x@y.z', 'q@r'] };
const deps = { clock: systemClock };
/** remote.md 10 */
const vector = '34:10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,,';

const message = (text = 'Hi\nthere.\n', sizeBytes = text.length) => ({
  message: [Buffer.from(text, 'latin1')],
  sizeBytes,
});

const answers: [what: string, answer: string | undefined, code: number][] = [
  ['accepted', '23:Kok 1795252748 qp 15743,', 0],
  ['accepted, without a comma', '1:K', 0],
  ['refused for now', '5:Zbusy,', 71],
  ['refused for good', '3:Dno,', 31],
  ['no verdict', '2:ok,', 74],
  ['nothing at all', '', 74],
  ['reset in the middle', undefined, 74],
];

for (const [what, answer, code] of answers) {
  test(`qmqp client: ${what} → ${code}, the package as qmail-qmqpd reads it`, async t => {
    const peer = await startTcpPeer(t, (socket, sent) => {
      if (answer === undefined) {
        if (sent !== '') socket.resetAndDestroy();
      } else if (sent.endsWith(',,')) socket.end(answer);
    });
    assert.equal(await sendByQmqp([`127.0.0.1:${peer.port}`], message(), envelope, deps), code);
    if (answer !== undefined) assert.deepEqual(peer.received, [vector]);
  });
}

test('qmqp client: a server that answers in the middle and hangs up → its word counts', async t => {
  const peer = await startTcpPeer(t, (socket, sent) => {
    if (sent.length > 1_000_000) socket.end('5:Dbig!,');
  });
  const big = 'x'.repeat(50_000_000);
  const code = await sendByQmqp([`127.0.0.1:${peer.port}`], message(big), envelope, deps);
  assert.ok(code === 31 || code === 74, `${code}`); // What a closing server said last may be lost on the way.
});

test('qmqp client: the message is not as long as was said → 54, and no package that is complete', async t => {
  const peer = await startTcpPeer(t, () => {});
  assert.equal(await sendByQmqp([`127.0.0.1:${peer.port}`], message('short', 9), envelope, deps), 54);
  assert.ok(!peer.received[0]?.endsWith(',,'));
});

/** Asks for these addresses only; `ends` says how each attempt ends. */
function failing(ends: Readonly<Record<string, Error>>): { dial: Dial; asked: string[] } {
  const asked: string[] = [];
  const dial: Dial = async (ip, port, timeoutMs) => {
    asked.push(`${ip} ${port} ${timeoutMs}`);
    throw ends[ip] ?? new Error('connection refused');
  };
  return { dial, asked };
}

const lists: [servers: string[], asked: string[], code: number][] = [
  [[], [], 55],
  [['server.example', 'localhost', '[1.2.3]', '::g'], [], 55],
  [['1.2.3.4'], ['1.2.3.4 628 10000'], 73],
  [['1.2.3.4', '5.6.7.8'], ['1.2.3.4 628 10000', '5.6.7.8 628 10000'], 72],
  [['5.6.7.8', '1.2.3.4:10628'], ['5.6.7.8 628 10000', '1.2.3.4 10628 10000'], 73],
  [['::1', '[::1]', '[::1]:7'], ['::1 628 10000', '::1 628 10000', '::1 7 10000'], 73],
  // As in qmail, text after the address does not matter.
  [['1.2.3.4 the first'], ['1.2.3.4 628 10000'], 73],
];

for (const [servers, asked, code] of lists) {
  test(`qmqp client: control/qmqpservers ${JSON.stringify(servers)}, no server answers → ${code}`, async () => {
    const failed = failing({ '5.6.7.8': new DialTimeout('connection timed out') });
    assert.equal(await sendByQmqp(servers, message(), envelope, { clock: systemClock, dial: failed.dial }), code);
    assert.deepEqual(failed.asked, asked);
  });
}

test('qmqp client: the first server is down, the second takes it → 0; once connected no other is tried', async t => {
  const good = await startTcpPeer(t, (socket, sent) => {
    if (sent.endsWith(',,')) socket.end('2:Ko,');
  });
  const bad = await startTcpPeer(t, socket => socket.destroy());
  const code = (servers: string[]) => sendByQmqp(servers, message(), envelope, deps);
  assert.equal(await code(['127.0.0.1:9', `127.0.0.1:${good.port}`]), 0);
  assert.equal(await code([`127.0.0.1:${bad.port}`, `127.0.0.1:${good.port}`]), 74);
  assert.equal(good.received.length, 1);
});
