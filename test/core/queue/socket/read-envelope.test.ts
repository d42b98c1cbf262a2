// Very long envelopes from other users of the machine: they block nothing else, and take no more memory than is counted for them.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { QueueRow } from '../../../../core/api/queue.ts';
import { collectInSlices } from '../../../../core/lib/time-slice.ts';
import { later } from '../../../../core/paper-path/outcome.ts';
import type { Accept, Accepted, Envelope } from '../../../../core/paper-path/shapes.ts';
import { queueLayout } from '../../../../core/queue/files/layout.ts';
import { withOffsets } from '../../../../core/queue/files/recipients.ts';
import { createAdmission } from '../../../../core/queue/intake/admit.ts';
import { admitWithCopies } from '../../../../core/queue/intake/copies.ts';
import { createQueueLog } from '../../../../core/queue/queue-log.ts';
import type { MemoryQuota } from '../../../../core/queue/socket/memory-quota.ts';
import { serveClient } from '../../../../core/queue/socket/session.ts';
import { type RecipientsByChannel, StoreInJournal } from '../../../../core/queue/store/in-journal.ts';
import { startQueue, writeControl } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const pieceBytes = 64 * 1024;
const many = Array.from({ length: 2000 }, (_, at) => `user${at}@lists.far.example`);

function rawEnvelope(recipients: readonly string[]): Buffer {
  return Buffer.from(`Fjoe@here.example\0${recipients.map(recipient => `T${recipient}\0`).join('')}`, 'latin1');
}

/** Hands an envelope in, and an empty message behind it. */
async function hear(
  raw: Buffer,
  { accept = takeAll(), memory = noLimit(), pieceLength = pieceBytes }: Partial<Hearing> = {},
): Promise<{ answer: Accepted | undefined; pieces: number }> {
  let pieces = 0;
  async function* input(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${raw.length}:`);
    for (let at = 0; at < raw.length; at += pieceLength) {
      pieces++;
      yield Buffer.from(raw.subarray(at, at + pieceLength));
    }
    yield Buffer.from(',0:,');
  }
  const deps = { accept, clock: steppedClock(), maxBytes: () => 0, memory, silentMs: 1000, slowMs: 1000 };
  return { answer: await serveClient(input(), 7, () => {}, deps), pieces };
}

interface Hearing {
  readonly accept: Accept;
  readonly memory: MemoryQuota;
  readonly pieceLength: number;
}

function isRefused(answer: Accepted | undefined, code: number): boolean {
  return answer?.ok === false && answer.code === code;
}

function takeAll(taken: Envelope[] = []): Accept {
  return async (source, envelope) => {
    for await (const _ of source);
    taken.push(envelope);
    return { ok: true, id: 1, qp: 1 };
  };
}

function noLimit(): MemoryQuota {
  return { take: () => true, giveBack: () => {} };
}

/** Each look at the time takes a millisecond: work takes equally long on every machine. */
function slowly(t: TestContext): void {
  let nowMs = 0;
  t.mock.method(performance, 'now', () => nowMs++);
}

/** Counts how often others have their turn. */
function countTurns(): { turns(): number; end(): void } {
  let turns = 0;
  const count = (): void => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  return { turns: () => turns, end: () => clearImmediate(timer) };
}

async function turnsOfOthers(work: () => Promise<unknown>): Promise<number> {
  const others = countTurns();
  await work();
  others.end();
  return others.turns();
}

for (const pieceLength of [1, 7, pieceBytes]) {
  test(`queue.sock: an envelope in pieces of ${pieceLength} → its addresses, in order`, async () => {
    const taken: Envelope[] = [];
    const recipients = ['', 'a@b', 'grüße@ö', 'x'.repeat(1002), 'a@b'];
    await hear(rawEnvelope(recipients), { accept: takeAll(taken), pieceLength });
    assert.deepEqual(taken, [{ sender: 'joe@here.example', recipients }]);
  });
}

test('queue.sock: an address without end → refused as too long, and the rest is not looked at', async () => {
  const { answer, pieces } = await hear(Buffer.alloc(8 * 1024 * 1024, 'F'));
  assert.ok(isRefused(answer, 11), JSON.stringify(answer));
  assert.ok(pieces <= 2, `${pieces} pieces were looked at`);
});

test('queue.sock: 4,000,000 recipients → refused when there are too many, and the rest is not looked at', async () => {
  const { answer, pieces } = await hear(Buffer.from(`F\0${'T\0'.repeat(4_000_000)}`));
  assert.ok(isRefused(answer, 51), JSON.stringify(answer));
  assert.ok(pieces <= 8, `${pieces} pieces were looked at`);
});

test('queue.sock: a long envelope in one piece → others have their turn while it is taken apart', async t => {
  slowly(t);
  const turns = await turnsOfOthers(() => hear(rawEnvelope(many), { pieceLength: Number.POSITIVE_INFINITY }));
  assert.ok(turns >= 200, `${turns} turns`);
});

test('queue.sock: a message to three recipients → it waits for nothing', async t => {
  t.mock.method(performance, 'now', () => 0);
  assert.equal(await turnsOfOthers(() => hear(rawEnvelope(many.slice(0, 3)))), 0);
});

test('queue.sock: 8 MB of envelope → not twice that in memory while the queue takes it', async () => {
  const recipients = Array.from({ length: 240_000 }, (_, at) => `user${at}@lists.far.example.org`);
  const raw = rawEnvelope(recipients);
  recipients.length = 0;
  const used = (): number => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = used();
  let kept: Envelope | undefined;
  await hear(raw, {
    accept: async (_, envelope) => {
      kept = envelope;
      // What the collector has found is given back by another thread, on a busy machine late.
      await until('not twice its bytes in memory', () => used() - before < 2 * raw.length, 20_000);
      return { ok: true, id: 1, qp: 1 };
    },
  });
  assert.equal(kept?.recipients.length, 240_000);
});

test('queue.sock: recipients of one byte → the memory they need counts, not their bytes; all is given back', async () => {
  const raw = rawEnvelope(Array.from({ length: 1000 }, () => 'a'));
  let held = 0;
  let most = 0;
  const share = (limit: number): MemoryQuota => ({
    take(uid, bytes) {
      assert.equal(uid, 7);
      if (held + bytes > limit) return false;
      held += bytes;
      most = Math.max(most, held);
      return true;
    },
    giveBack(_, bytes) {
      held -= bytes;
    },
  });
  const { answer } = await hear(raw, { memory: share(Number.POSITIVE_INFINITY) });
  assert.deepEqual(answer, { ok: true, id: 1, qp: 1 });
  assert.ok(most >= 1000 * 90, `${most} bytes`);
  assert.equal(held, 0);
  const refused = await hear(raw, { memory: share(most - 1) });
  assert.ok(isRefused(refused.answer, 51));
  assert.equal(held, 0);
});

test('queue: a long envelope → others have their turn while it is classified, and none between its commit and its place', async t => {
  const control = writeControl(tempDir(t), { locals: 'here.example\n' });
  const turnsAt = { commit: 0, ready: 0 };
  let pending: RecipientsByChannel | undefined;
  const { admit } = createAdmission({
    layout: queueLayout(tempDir(t)),
    control: () => control,
    clock: steppedClock(),
    journal: {
      async commit() {
        turnsAt.commit = others.turns();
        return 1;
      },
      note: () => {},
    },
    log: createQueueLog(() => {}, '/'),
    ready({ store }) {
      turnsAt.ready = others.turns();
      if (store instanceof StoreInJournal) pending = store.recipients;
    },
  });
  const raw = Buffer.from('Subject: hello\n\n');
  const recipients = [...many, 'ann@here.example', 'bob@here.example'];
  const envelope = { sender: 'joe@here.example', recipients, uid: 0, qp: 1 };
  slowly(t);
  const others = countTurns();
  await admit({ id: 1, sizeBytes: raw.length, envelope, raw, head: raw, hasFile: false });
  others.end();
  assert.ok(turnsAt.commit >= 200, `${turnsAt.commit} turns`);
  assert.equal(turnsAt.ready, turnsAt.commit, 'a checkpoint in between would not find the message');
  assert.deepEqual(pending, { local: withOffsets(recipients.slice(-2)), remote: withOffsets(many) });
});

test('queue: stopped while a long envelope is classified → it is in, and the next host delivers it', async t => {
  const home = tempDir(t);
  const { queue, send } = await startQueue(t, home);
  await queue.operator['queue.pause']({});
  slowly(t);
  const sent = send({ sender: 'joe@here.example', recipients: many });
  for (let turns = 0; turns < 20; turns++) await new Promise(resolve => setImmediate(resolve));
  const stopped = queue.stop();
  await sent;
  await stopped;
  t.mock.restoreAll();
  const next = await startQueue(t, home);
  await next.logged(/^end msg/);
  assert.equal(next.jobs.length, many.length);
});

test('queueextra: a long envelope → others have their turn while its fields are made', async t => {
  let text = '';
  const admit = admitWithCopies({
    layout: queueLayout(tempDir(t)),
    control: () => ({ queueExtra: 'log@here.example' }),
    accept: async source => {
      for await (const piece of source) text += Buffer.from(piece).toString('latin1');
      return { ok: true, id: 1, qp: 1 };
    },
    admit: async () => {},
  });
  const raw = Buffer.from('Subject: hello\n\n');
  const envelope = { sender: 'joe@here.example', recipients: many, uid: 0, qp: 1 };
  slowly(t);
  const turns = await turnsOfOthers(() =>
    admit({ id: 1, sizeBytes: raw.length, envelope, raw, head: raw, hasFile: false }),
  );
  assert.ok(turns >= 200, `${turns} turns`);
  assert.equal(text.match(/^X-Envelope-To: <user\d+@lists\.far\.example>$/gm)?.length, many.length);
  assert.ok(text.endsWith('>\nSubject: hello\n\n'));
});

test('queue.list: waiting messages to very many → 50 of each are shown, the rest is counted, others have their turn', async t => {
  const { queue, send, logged } = await startQueue(t, tempDir(t), () => later('busy (#4.2.1)\n'));
  const recipients = ['twice@far.example', ...many, 'twice@far.example'];
  for (let message = 0; message < 20; message++) await send({ sender: '', recipients });
  await logged(/deferral/);
  await queue.operator['queue.pause']({});
  slowly(t);
  let rows: QueueRow[] = [];
  const turns = await turnsOfOthers(async () => {
    rows = await collectInSlices(queue.rows(0, 100));
  });
  t.mock.restoreAll();
  assert.ok(turns >= 2, `${turns} turns`);
  assert.deepEqual(
    rows.map(({ more, recipients: [first, ...others] }) => [more, others.length, first?.address]),
    Array.from({ length: 20 }, () => [recipients.length - 50, 49, 'twice@far.example']),
  );
  const [{ id } = { id: 0 }] = rows;
  await queue.operator['queue.hold']({ ids: [id] });
  assert.deepEqual(
    [...queue.rows(0, 2)].map(({ held, recipients: [first] }) => [held, first?.held]),
    [
      [true, true],
      [false, false],
    ],
  );
});
