// A message's number is used again as soon as the message is gone: an order for the old message must not change the new one.
import assert from 'node:assert/strict';
import {
  existsSync,
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { later, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { makeQueueDirs, type QueueLayout, queueLayout } from '../../../../core/queue/files/layout.ts';
import { openNumbers, sparePath, writeMessageFile } from '../../../../core/queue/files/numbers.ts';
import { pullTrigger } from '../../../../core/queue/files/trigger.ts';
import { openQueueForInjection } from '../../../../core/queue/intake/inject-from-outside.ts';
import { encodeRecord, type JournalRecord } from '../../../../core/queue/journal/record.ts';
import { createOperator } from '../../../../core/queue/owner/operator.ts';
import { listQueue } from '../../../../core/queue/owner/qread.ts';
import { createQueueLog } from '../../../../core/queue/queue-log.ts';
import { DueTimes } from '../../../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../../../core/queue/store/in-files.ts';
import { createQueuedMessages, type QueuedMessage } from '../../../../core/queue/store/queued-messages.ts';
import { startQueue } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const toOne = { sender: 'joe@here.example', recipients: ['fred@far.example'] };
const busy = later('busy (#4.2.1)\n');

test('numbers: an order for a row whose number another message has now → that message is not changed', async t => {
  const { queue, send } = await startQueue(t, tempDir(t), () => busy);
  const id = await send(toOne);
  const [row] = [...queue.rows(0, 1)];
  assert.ok(row);
  for (const verb of ['queue.hold', 'queue.release', 'queue.bounce', 'queue.remove'] as const) {
    await assert.rejects(queue.operator[verb]({ ids: [id], bornMs: row.bornMs - 1000 }), { kind: 'gone' });
  }
  assert.deepEqual(await queue.operator['queue.hold']({ ids: [id], bornMs: row.bornMs }), { changed: 1, busy: 0 });
});

test('numbers: one becomes another message’s while an order waits → that message is not changed', async t => {
  const queued = createQueuedMessages();
  const layout = queueLayout(tempDir(t));
  const files = storeInFiles(layout);
  const messageOf = (id: number): QueuedMessage => {
    const channels = new DueTimes();
    channels.set('remote', 0);
    return { id, bornSec: 1000, sizeBytes: 10, channels, store: files };
  };
  queued.add(messageOf(1));
  queued.add(messageOf(2));
  const decided: QueuedMessage[] = [];
  const slow = Promise.withResolvers<void>();
  const { operator } = createOperator({
    journal: { note: () => undefined },
    layout,
    files,
    syncDirectory: async () => undefined,
    queued,
    scheduler: {
      makeDue: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      isTrying: () => false,
      async decide(message) {
        decided.push(message);
        await slow.promise;
        return { changed: 1, busy: 0 };
      },
    },
    log: createQueueLog(() => undefined, '/q'),
    changed: () => undefined,
  });
  const first = operator['queue.remove']({ ids: [1] });
  const second = operator['queue.remove']({ ids: [2] });
  queued.remove(2);
  queued.add(messageOf(2));
  slow.resolve();
  assert.deepEqual(await first, { changed: 1, busy: 0 });
  await assert.rejects(second, { kind: 'gone' });
  assert.deepEqual(
    decided.map(({ id }) => id),
    [1],
  );
});

test('numbers: a spare file whose number a message of a copied queue has → kept back, also by the host after a crash', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const first = await startQueue(t, home, () => busy);
  const old = await first.send(toOne, 'Subject: old\n\n');
  await first.queue.stop();
  // In a copy, files have other inodes: this one is the number of the message now. The host that made it was killed.
  writeFileSync(join(layout.pidDir, 'new'), '');
  const number = statSync(join(layout.pidDir, 'new')).ino;
  renameSync(join(layout.pidDir, 'new'), sparePath(layout, number));
  for (const path of [layout.mess, layout.info, layout.remote]) renameSync(path(old), path(number));
  const second = await startQueue(t, home, () => busy);
  await second.send(toOne, 'Subject: new\n\n');
  await second.queue.stop();
  assert.deepEqual(subjects(home), ['new', 'old']);
});

test('numbers: a message is handed to a queue that was stopped → refused, and no other file is removed', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const { queue, send, logged } = await startQueue(t, home);
  const id = await send(toOne);
  await logged(/^end msg/);
  await queue.stop();
  // Its number is free: another process gets it.
  await acceptOutside(home, id);
  const answer = await queue.accept([Buffer.from('Subject: late\n\n')], toOne, 'network');
  assert.equal(answer.ok, false);
  assert.ok(existsSync(layout.mess(id)));
});

for (const [title, bytes] of [
  ['small', 10],
  ['large', 200_000],
] as const) {
  test(`numbers: the queue is stopped while a ${title} message is handed in → refused, and no other file is removed`, async t => {
    const home = tempDir(t);
    const layout = queueLayout(home);
    const { queue, send, logged } = await startQueue(t, home);
    const id = await send(toOne);
    await logged(/^end msg/);
    const rest = Promise.withResolvers<void>();
    async function* slow() {
      yield Buffer.alloc(bytes, 'x');
      await rest.promise;
    }
    const answer = queue.accept(slow(), toOne, 'network');
    await turn();
    await queue.stop();
    await acceptOutside(home, id);
    rest.resolve();
    assert.equal((await answer).ok, false);
    assert.ok(existsSync(layout.mess(id)));
    assert.deepEqual(readdirSync(layout.pidDir), []);
  });
}

test('numbers: pid/ was emptied, and another process has the number of a message that is being delivered → both stay', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const ends: (() => void)[] = [];
  const outcome = () => new Promise<Outcome>(resolve => ends.push(() => resolve(busy)));
  const { queue, send, lines } = await startQueue(t, home, outcome);
  const id = await send(toOne, 'Subject: first\n\n');
  await until('the first delivery', () => ends.length === 1);
  unlinkSync(sparePath(layout, id));
  await acceptOutside(home, id);
  pullTrigger(layout.trigger);
  await until('the host to look at it', () => lines.some(line => line.startsWith('warning: ')) || ends.length === 2);
  for (const end of ends) end();
  await queue.stop();
  t.diagnostic(lines.join('\n'));
  const second = await startQueue(t, home, () => busy);
  const rows = await until('both', () => {
    const all = [...second.queue.rows(0, 10)];
    return all.length === 2 ? all : undefined;
  });
  assert.equal(new Set(rows.map(row => row.id)).size, 2);
});

test('numbers: a message is given its file, and another has that number → that one stays, and nothing is left to pass for a spare', t => {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  // With the file that keeps the number, and without, after pid/ was emptied: a new file may have that very inode.
  for (const kept of [true, false]) {
    const id = spareFile(layout);
    if (!kept) unlinkSync(sparePath(layout, id));
    writeFileSync(layout.mess(id), 'other');
    for (let attempt = 0; attempt < 3; attempt++) {
      assert.throws(() => writeMessageFile(layout, id, Buffer.from('mine')));
      assert.equal(readFileSync(layout.mess(id), 'utf8'), 'other');
      assert.deepEqual(readdirSync(layout.pidDir), kept ? [`spare.${id}`] : []);
    }
    unlinkSync(layout.mess(id));
    writeMessageFile(layout, id, Buffer.from('mine'));
    assert.equal(readFileSync(layout.mess(id), 'utf8'), 'mine');
    assert.deepEqual(readdirSync(layout.pidDir), []);
  }
});

test('numbers: a spare file that a kill left beside the message’s own → the message is not cut short through it', t => {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  const id = spareFile(layout);
  writeFileSync(sparePath(layout, id), 'whole');
  linkSync(sparePath(layout, id), layout.mess(id));
  assert.throws(() => writeMessageFile(layout, id, Buffer.from('x')));
  assert.equal(readFileSync(layout.mess(id), 'utf8'), 'whole');
  assert.notEqual(openNumbers(layout, () => false).take(), id);
});

test('numbers: a large message comes in, and another has its number by then → refused, and that one stays', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  const { queue, jobs } = await startQueue(t, home);
  async function* withVisitor() {
    yield Buffer.alloc(100_000, 'x');
    const [spare] = readdirSync(layout.pidDir);
    writeFileSync(layout.mess(Number(spare?.slice('spare.'.length))), 'other');
    yield Buffer.alloc(100_000, 'x');
  }
  const answer = await queue.accept(withVisitor(), toOne, 'network');
  await queue.stop();
  assert.equal(answer.ok, false);
  assert.deepEqual(jobs, []);
  assert.deepEqual(messageTexts(layout), ['other']);
});

test('numbers: todo names an old message that is gone → no new message gets its number, so none gets its envelope', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const inject = openQueueForInjection(home);
  const old = await inject([Buffer.from('Subject: old\n\n')], toOne, { uid: 0 });
  assert.ok(old.ok);
  // A power failure took mess/N, and its inode is free: so it is the next one's, on most file systems.
  const [mess, todo] = [layout.mess, layout.todo].map(path => path(old.id));
  assert.ok(mess && todo);
  const spare = spareFile(layout);
  renameSync(todo, layout.todo(spare));
  for (const path of [mess, layout.intd(old.id)]) unlinkSync(path);
  assert.notEqual(openNumbers(layout, () => false).take(), spare, 'not of the running host');
  unlinkSync(sparePath(layout, spare));
  const toNew = { sender: 's@x', recipients: ['new@far.example'] };
  for (let count = 0; count < 20; count++) {
    const next = await inject([Buffer.from('Subject: new\n\n')], toNew, { uid: 0 });
    assert.ok(next.ok);
    assert.notEqual(next.id, spare, 'not of another process');
  }
  const { queue, jobs } = await startQueue(t, home);
  await until('all of them', () => jobs.length >= 20);
  await queue.stop();
  assert.deepEqual(new Set(jobs.map(({ recipient }) => recipient)), new Set(toNew.recipients));
});

test('numbers: a finished message of the journal, and another process has its number and its qp → that one is accepted', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const accepted = await openQueueForInjection(home)([Buffer.from('Subject: other\n\n')], toOne, { uid: 0 });
  assert.ok(accepted.ok);
  const { id, qp } = accepted;
  const raw = Buffer.from(`Received: (qmail ${qp} invoked from network); 26 Nov 2026 00:00:00 -0000\n\n`);
  const recipients = { local: ['al@here.example'], remote: [] };
  const records: JournalRecord[] = [
    { type: 'accepted', id, qp, bornSec: 1, sizeBytes: raw.length, sender: 's@x', recipients, raw },
    { type: 'marked', id, bornSec: 1, channel: 'local', offset: 0, sure: true },
    { type: 'finished', id, bornSec: 1 },
  ];
  writeFileSync(join(layout.journalDir, '1'), Buffer.concat(records.map(encodeRecord)));
  const { queue, jobs, logged } = await startQueue(t, home);
  await logged(/^end msg/);
  await queue.stop();
  assert.deepEqual(
    jobs.map(({ recipient }) => recipient),
    toOne.recipients,
  );
});

test('numbers: a message of the journal, and todo still names one that had its number before → the old name no longer counts', async t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const old = await openQueueForInjection(home)([Buffer.from('Subject: old\n\n')], toOne, { uid: 0 });
  assert.ok(old.ok);
  const { id, qp } = old;
  const raw = Buffer.from(`Received: (qmail ${qp + 1} invoked from network); 26 Nov 2026 00:00:00 -0000\n\n`);
  writeFileSync(layout.mess(id), raw);
  const recipients = { local: [], remote: ['new@far.example'] };
  const accepted: JournalRecord = {
    ...{ type: 'accepted', id, qp: qp + 1, bornSec: 1_790_000_000 },
    ...{ sizeBytes: raw.length, sender: 's@x', recipients, raw },
  };
  writeFileSync(join(layout.journalDir, '1'), encodeRecord(accepted));
  const { queue, jobs, logged } = await startQueue(t, home);
  queue.retry();
  await logged(/^end msg/);
  await queue.stop();
  assert.deepEqual(
    jobs.map(({ recipient }) => recipient),
    ['new@far.example'],
  );
});

/** Another process queues a message, and its file happens to have this inode. */
async function acceptOutside(home: string, id: number): Promise<void> {
  const layout = queueLayout(home);
  const accepted = await openQueueForInjection(home)([Buffer.from('Subject: other\n\n')], toOne, { uid: 0 });
  assert.ok(accepted.ok);
  for (const path of [layout.mess, layout.intd, layout.todo]) renameSync(path(accepted.id), path(id));
}

/** Keeps a number as the host does. @returns it: an inode that is taken */
function spareFile(layout: QueueLayout): number {
  const path = join(layout.pidDir, 'new');
  writeFileSync(path, '');
  const id = statSync(path).ino;
  renameSync(path, sparePath(layout, id));
  return id;
}

/** What the message files hold. */
function messageTexts(layout: QueueLayout): string[] {
  return layout
    .dirs('mess')
    .flatMap(directory => readdirSync(directory).map(name => readFileSync(join(directory, name), 'utf8')));
}

/** The messages that wait, in the order of the alphabet. */
function subjects(home: string): string[] {
  const layout = queueLayout(home);
  const ids = [...listQueue(home)].flatMap(line => /#(\d+)/.exec(line)?.[1] ?? []).map(Number);
  return ids.map(id => /^Subject: (.*)$/m.exec(readFileSync(layout.mess(id), 'latin1'))?.[1] ?? '').sort();
}
