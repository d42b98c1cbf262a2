// The line that counts round trips and cuts connections: figures and suites that rest on it rest on this.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type SlowLine, startSlowLine } from '../support/slow-line.ts';
import { startTcpPeer } from '../support/tcp-peer.ts';

/** A server that greets, and answers each line; over a line to it. */
async function rig(t: TestContext, oneWayMs: number): Promise<{ line: SlowLine; received: string[] }> {
  const answered = new Map<Socket, number>();
  const { port, received } = await startTcpPeer(t, (socket, sent) => {
    if (sent === '') socket.write('220\n');
    const lines = sent.split('\n').length - 1;
    socket.write('ok\n'.repeat(lines - (answered.get(socket) ?? 0)));
    answered.set(socket, lines);
    socket.once('end', () => socket.end());
  });
  return { line: await startSlowLine(t, { port, oneWayMs }), received };
}

/** Says each group when all before it is answered. @returns what the server said */
async function talk({ port }: SlowLine, groups: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let heard = '';
  let said = 0;
  const next = () => {
    const answers = heard.split('\n').length - 1;
    const due = 1 + groups.slice(0, said).join('').split('\n').length - 1;
    if (answers < due) return;
    const group = groups[said++];
    if (group === undefined) socket.end();
    else socket.write(group);
  };
  socket.on('error', () => {});
  socket.setEncoding('latin1').on('data', piece => {
    heard += piece;
    next();
  });
  await once(socket, 'close');
  return heard;
}

test('slow line: three groups of lines, on two connections → three round trips each, whatever the delay', async t => {
  for (const oneWayMs of [0, 20]) {
    const { line, received } = await rig(t, oneWayMs);
    const groups = ['a\n', 'b\nc\nd\n', 'e\n'];
    const startMs = performance.now();
    const heard = await Promise.all([talk(line, groups), talk(line, groups)]);
    assert.ok(performance.now() - startMs >= 7 * oneWayMs, 'the greeting, and three times there and back');
    assert.deepEqual(
      heard,
      Array.from({ length: 2 }, () => `220\n${'ok\n'.repeat(5)}`),
    );
    assert.deepEqual(received, ['a\nb\nc\nd\ne\n', 'a\nb\nc\nd\ne\n']);
    assert.deepEqual(line.counts(), { connections: 2, towards: 20, back: 38, roundTrips: 6 });
  }
});

test('slow line: cut at each byte → the server, or the client, gets exactly so many', async t => {
  const { line, received } = await rig(t, 0);
  for (let at = 1; at < 10; at++) {
    line.cutNext({ towards: at });
    await talk(line, ['0123456789']);
    assert.equal(received.at(-1), '0123456789'.slice(0, at));
  }
  for (let at = 1; at < 10; at++) {
    line.cutNext({ back: at });
    assert.equal(await talk(line, ['a\nb\n']), '220\nok\nok\n'.slice(0, at));
  }
  line.cutNext(undefined);
  assert.equal(await talk(line, ['a\nb\n']), '220\nok\nok\n');
});
