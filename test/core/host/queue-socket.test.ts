// Other processes queue messages over queue.sock under their own uid, within limits of size, time and number.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, statSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openQueueSocket } from '../../../core/host/queue-socket.ts';
import { netstring } from '../../../core/lib/net/netstring.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import type { Accept, Envelope } from '../../../core/paper-path/shapes.ts';
import { createSocketAccept } from '../../../core/queue/socket/client.ts';
import { queueSocketPath } from '../../../core/queue/socket/protocol.ts';
import { steppedClock } from '../../support/stepped-clock.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const envelope: Envelope = { sender: 'a@b', recipients: ['c@d', 'e@f'] };
const me = process.getuid?.() ?? 0;

interface Taken {
  readonly sizes: number[];
  readonly pieces: number;
  readonly from: unknown[];
}

async function rig(t: TestContext, options: { maxBytes?: () => number; total?: number; accept?: Accept } = {}) {
  const home = tempDir(t);
  const clock = steppedClock();
  const taken = { sizes: [] as number[], pieces: 0, from: [] as unknown[] } satisfies Taken;
  const log: string[] = [];
  const accept: Accept = async (source, from, invoker) => {
    let size = 0;
    for await (const piece of source) {
      size += piece.length;
      taken.pieces++;
    }
    taken.sizes.push(size);
    taken.from.push([from, invoker]);
    return { ok: true, id: 7, qp: 42 };
  };
  const close = await openQueueSocket(
    {
      home,
      clock,
      log: line => log.push(line),
      accept: options.accept ?? accept,
      maxBytes: options.maxBytes ?? (() => 0),
    },
    { perUid: 2, waitingPerUid: 2, total: options.total ?? 10 },
  );
  t.after(close);
  return { home, clock, taken, log, hand: createSocketAccept(home) };
}

/** A program that sends any bytes, and what it receives. */
async function raw(
  t: TestContext,
  home: string,
): Promise<{ socket: Socket; heard: () => string; closed: () => boolean }> {
  const socket = connect(queueSocketPath(home));
  let heard = '';
  let closed = false;
  socket.on('error', () => {});
  socket.on('data', piece => {
    heard += piece;
  });
  socket.on('close', () => {
    closed = true;
  });
  t.after(() => socket.destroy());
  await new Promise(resolve => socket.once('connect', resolve));
  return { socket, heard: () => heard, closed: () => closed };
}

test('queue.sock: messages of any size, in pieces of any size → whole, in few pieces, under the uid of the caller', async t => {
  const { hand, taken } = await rig(t);
  const nobody = { uid: 12345 };
  assert.deepEqual(await hand([], envelope, nobody), { ok: true, id: 0, qp: 42 });
  assert.deepEqual(await hand([Buffer.alloc(1_000_000, 'x')], { ...envelope, sender: '' }, nobody), {
    ok: true,
    id: 0,
    qp: 42,
  });
  const before = taken.pieces;
  await hand(
    Array.from({ length: 3000 }, () => Buffer.from('x')),
    envelope,
    nobody,
  );
  assert.deepEqual(taken.sizes, [0, 1_000_000, 3000]);
  assert.equal(taken.pieces - before, 1, 'a piece of one byte costs as much memory as a large one');
  assert.deepEqual(taken.from, [
    [envelope, { uid: me }],
    [{ ...envelope, sender: '' }, { uid: me }],
    [envelope, { uid: me }],
  ]);
});

test('queue.sock: bytes that are not a message → refused or closed, and nothing is queued', async t => {
  const { home, taken } = await rig(t);
  const cases: readonly [string, string | Buffer, RegExp | undefined][] = [
    ['the records of todo/N, with a uid', netstring('u0\0p1\0Fa\0Tb\0'), /^\d+:D?Z?91 /],
    ['no sender', netstring('Ta\0'), /^\d+:.91 /],
    ['no end of a record', netstring('Fa\0Tb'), /^\d+:.91 /],
    ['nothing', netstring(''), /^\d+:.91 /],
    ['an envelope of 9 MB', '9000000:', /^\d+:Z51 /],
    ['a length without end', '9'.repeat(40), /^\d+:Z51 /],
    ['recipients without number', netstring(`F\0${'T\0'.repeat(250_001)}`), /^\d+:Z51 /],
    ['another language', 'EHLO there\r\n', undefined],
    ['a piece that is too long', Buffer.concat([netstring('F\0Ta\0'), Buffer.from('65537:')]), /^\d+:Z51 /],
  ];
  for (const [what, bytes, answer] of cases) {
    const { socket, heard, closed } = await raw(t, home);
    socket.write(bytes);
    await until(what, () => (answer ? answer.test(heard()) : closed()));
    socket.destroy();
  }
  const { socket } = await raw(t, home);
  socket.end(Buffer.concat([netstring('F\0Ta\0'), netstring('Subject: half\n')]));
  await until('the end', () => socket.closed);
  assert.deepEqual(taken.sizes, []);
});

test('queue.sock: the message breaks off at its source → its error, and nothing is queued', async t => {
  const { hand, taken } = await rig(t);
  const broken = (function* () {
    yield Buffer.from('Subject: half\n');
    throw new Error('no more');
  })();
  await assert.rejects(hand(broken, envelope, { uid: 0 }), { message: 'no more' });
  assert.equal((await hand([], envelope, { uid: 0 })).ok, true);
  assert.deepEqual(taken.sizes, [0]);
});

test('queue.sock: larger than control/databytes → refused permanently, also while it is still being sent', async t => {
  const { hand, taken } = await rig(t, { maxBytes: () => 100_000 });
  assert.equal((await hand([Buffer.alloc(100_000)], envelope, { uid: 0 })).ok, true);
  const endless = (function* () {
    for (let i = 0; i < 10_000; i++) yield Buffer.alloc(60_000);
  })();
  const refused = await hand(endless, envelope, { uid: 0 });
  assert.deepEqual(refused, {
    ok: false,
    code: 31,
    permanent: true,
    text: 'message is larger than the 100000 bytes that control/databytes allows (#5.3.4)',
  });
  assert.equal(taken.sizes.length, 1);
});

test('queue.sock: control files that cannot be read, a queue that fails → not now', async t => {
  const unreadable = await rig(t, {
    maxBytes: () => {
      throw new UserError('Unable to read the control file databytes.');
    },
  });
  const first = await unreadable.hand([], envelope, { uid: 0 });
  assert.deepEqual([first.ok, !first.ok && first.code, !first.ok && first.permanent], [false, 55, false]);
  const broken = await rig(t, { accept: () => Promise.reject(new Error('bug')) });
  const second = await broken.hand([], envelope, { uid: 0 });
  assert.deepEqual(
    [second.ok, !second.ok && second.code, broken.log],
    [false, 81, [`queue.sock: the message of uid ${me} was not accepted: bug`]],
  );
});

test('queue.sock: silence, and drops of bytes for ever → cut', async t => {
  const { home, clock, taken } = await rig(t);
  const silent = await raw(t, home);
  const dripping = await raw(t, home);
  dripping.socket.write(Buffer.concat([netstring('F\0Ta\0')]));
  for (let dripped = 0; !dripping.closed(); dripped++) {
    assert.ok(dripped < 15, 'cut after ten minutes');
    dripping.socket.write(netstring('x'));
    await new Promise(resolve => setTimeout(resolve, 20));
    clock.pass(59_000);
    await new Promise(resolve => setTimeout(resolve, 20));
    if (dripped === 1) await until('the silent one has gone', silent.closed);
  }
  assert.deepEqual(taken.sizes, []);
});

test('queue.sock: more callers of one uid than places → those wait for theirs; more than the line holds → refused', async t => {
  const { home, hand, taken } = await rig(t);
  const holders = [await raw(t, home), await raw(t, home)];
  const inLine = [hand([], envelope, { uid: 0 }), hand([], envelope, { uid: 0 })];
  await new Promise(resolve => setTimeout(resolve, 100));
  const refused = await hand([], envelope, { uid: 0 });
  assert.deepEqual([refused.ok, !refused.ok && refused.code, !refused.ok && refused.permanent], [false, 71, false]);
  assert.deepEqual(taken.sizes, []);
  holders[0]?.socket.destroy();
  assert.deepEqual(await Promise.all(inLine), [
    { ok: true, id: 0, qp: 42 },
    { ok: true, id: 0, qp: 42 },
  ]);
});

test('queue.sock: closed homes stay closed, open ones let others pass, and only to this socket', async t => {
  const home = tempDir(t);
  const open = () =>
    openQueueSocket({
      home,
      clock: steppedClock(),
      log: () => {},
      accept: async () => ({ ok: true, id: 1, qp: 1 }),
      maxBytes: () => 0,
    });
  const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
  chmodSync(home, 0o700);
  await (await open())();
  assert.equal(mode(`${home}/run`), '700');
  chmodSync(home, 0o711);
  const close = await open();
  assert.deepEqual([mode(`${home}/run`), mode(queueSocketPath(home))], ['711', '666']);
  await close();
  assert.equal(existsSync(queueSocketPath(home)), false);
});
