// What the owner does to queued messages (hold, release, return, delete) holds over running attempts, restarts and disk errors.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { QueueChoice } from '../../../../core/api/queue.ts';
import { done, type Outcome } from '../../../../core/paper-path/outcome.ts';
import { queueLayout } from '../../../../core/queue/files/layout.ts';
import { listQueue } from '../../../../core/queue/owner/qread.ts';
import { type QueueRig, queueFiles } from '../../../support/queue-rig.ts';
import { putOff, type Stage, stage } from '../../../support/queue-stage.ts';
import { until } from '../../../support/until.ts';

const refused = 'This message was returned before delivery by the administrator of the mail host. (#5.0.0)';

/** A queue with one message that was deferred once; `fate` decides the next attempts. */
async function withWaiting({ home, open }: Stage, recipients: readonly string[]) {
  const fate = { outcome: putOff as Outcome, tried: [] as string[] };
  const rig = await open(job => {
    if (job.sender === '') return done('bounce delivered\n');
    fate.tried.push(job.recipient);
    return fate.outcome;
  });
  const id = await rig.send({ sender: 'joe@here.example', recipients });
  await until('everybody to be put off once', () => fate.tried.length === recipients.length);
  await until('the message to wait', () => [...rig.queue.rows(0, 1)][0]?.nextTryMs);
  fate.tried.length = 0;
  return { ...rig, home, id, fate, layout: queueLayout(home), operator: rig.queue.operator };
}

const empty = (rig: Pick<QueueRig, 'queue'>) =>
  until('the queue to be empty', () => [...rig.queue.rows(0, 1)].length === 0);

const states = (rig: Pick<QueueRig, 'queue'>) =>
  [...rig.queue.rows(0, 10)].flatMap(row =>
    row.recipients.map(
      ({ address, state, held }) => `${address} ${state}${held ? ' held' : ''}${row.held ? ' all' : ''}`,
    ),
  );

stage(
  'hold: all of a message → not tried, whoever asks; an ordinary waiting message to qmail; release → due now',
  async stage => {
    const { queue, home, id, fate, layout, operator, logged, lines } = await withWaiting(stage, [
      'a@far.x',
      'b@here.example',
    ]);
    const before = [...listQueue(home)];
    assert.deepEqual(await operator['queue.hold']({ ids: [id] }), { changed: 2, busy: 0 });
    assert.deepEqual(await operator['queue.hold']({ ids: [id] }), { changed: 0, busy: 0 });
    assert.deepEqual(states({ queue }), ['b@here.example waiting held all', 'a@far.x waiting held all']);
    assert.equal([...queue.rows(0, 1)][0]?.nextTryMs, null);
    assert.equal(queue.retry(), 0);
    assert.equal(queue.retry([id]), 0);
    assert.deepEqual([...listQueue(home)], before);
    assert.equal(readFileSync(layout.held(id), 'latin1').split('\0')[1], '*');

    fate.outcome = done('ok\n');
    assert.deepEqual(await operator['queue.release']({ ids: [id] }), { changed: 2, busy: 0 });
    await logged(/^end msg/);
    assert.deepEqual(fate.tried.sort(), ['a@far.x', 'b@here.example']);
    await queue.stop();
    assert.deepEqual(queueFiles(home), []);
    assert.deepEqual(
      lines.filter(line => /^(held|released)/.test(line)),
      [
        `held msg ${id} to local b@here.example`,
        `held msg ${id} to remote a@far.x`,
        `released msg ${id} to local b@here.example`,
        `released msg ${id} to remote a@far.x`,
      ],
    );
  },
);

stage('hold: one recipient → the others are tried; the message ends when it is released and delivered', async stage => {
  const { queue, id, fate, operator, logged } = await withWaiting(stage, ['a@far.x', 'b@far.x', 'c@far.x']);
  const b = { address: 'b@far.x' };
  assert.deepEqual(await operator['queue.hold']({ ids: [id], recipient: b }), { changed: 1, busy: 0 });
  fate.outcome = done('ok\n');
  assert.equal(queue.retry(), 1);
  await until('the others to be delivered', () => fate.tried.length === 2);
  await until('the pass to end', () => queue.retry() === 1);
  await until('the pass to end again', () => queue.retry() === 1);
  assert.deepEqual(fate.tried, ['a@far.x', 'c@far.x']);
  assert.deepEqual(states({ queue }), ['a@far.x ended all', 'b@far.x waiting held all', 'c@far.x ended all']);
  assert.deepEqual(await operator['queue.release']({ ids: [id], recipient: b }), { changed: 1, busy: 0 });
  await logged(/^end msg/);
  assert.deepEqual(fate.tried, ['a@far.x', 'c@far.x', 'b@far.x']);
});

stage('release: one recipient of a held message → the others stay held', async stage => {
  const { queue, id, fate, operator } = await withWaiting(stage, ['a@far.x', 'b@far.x', 'c@far.x']);
  await operator['queue.hold']({ ids: [id] });
  fate.outcome = done('ok\n');
  await operator['queue.release']({ ids: [id], recipient: { address: 'b@far.x', channel: 'remote' } });
  await until('b to be delivered', () => fate.tried.length === 1);
  await until('the row to say so', () => states({ queue })[1] === 'b@far.x ended all');
  assert.deepEqual(states({ queue }), ['a@far.x waiting held all', 'b@far.x ended all', 'c@far.x waiting held all']);
});

stage(
  'hold: the host starts anew → still held, past the queue lifetime too; then released → its last try',
  async stage => {
    const first = await withWaiting(stage, ['a@far.x']);
    const { id, layout } = first;
    await first.operator['queue.hold']({ ids: [id] });
    await first.queue.stop();
    const longAgo = Date.now() / 1000 - 700_000;
    utimesSync(layout.info(id), longAgo, longAgo);
    utimesSync(layout.remote(id), longAgo, longAgo);
    const second = await stage.open(job => (job.sender === '' ? done('') : putOff));
    assert.deepEqual(states(second), ['a@far.x waiting held all']);
    second.queue.retry();
    assert.deepEqual(await second.queue.operator['queue.release']({ ids: [id] }), { changed: 1, busy: 0 });
    await second.logged(/^delivery 1: failure: .*in_the_queue_too_long/);
    await second.logged(/^bounce msg/);
    assert.equal(second.lines.filter(line => line.startsWith('starting')).length <= 2, true);
    assert.equal(existsSync(layout.held(id)), false);
  },
);

stage(
  'hold: a file that belongs to a message gone long ago → forgotten at the start, the new one is delivered',
  async stage => {
    const { queue, id, layout } = await withWaiting(stage, ['a@far.x']);
    await queue.stop();
    writeFileSync(layout.held(id), 'Received: (qmail 1 invoked by uid 0); 1 Jan 1999 00:00:00 -0000\0*\0');
    writeFileSync(layout.held(4711), 'x\0*\0');
    writeFileSync(`${layout.held(id)}.tmp`, '');
    const second = await stage.open(() => done(''));
    assert.deepEqual(readdirSync(layout.heldDir), []);
    second.queue.retry();
    await second.logged(/^end msg/);
  },
);

stage('hold: a message whose attempt is running → the attempt ends, the rest is held', async stage => {
  const { trying, end } = stage;
  const { queue, send } = await stage.open(undefined, { concurrencyremote: '1' });
  const id = await send({ sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x'] });
  await until('a to be tried', () => trying.has('a@far.x'));
  assert.deepEqual(await queue.operator['queue.hold']({ ids: [id] }), { changed: 1, busy: 1 });
  await end('a@far.x', putOff);
  await until('the pass to end', () => !states({ queue })[0]?.startsWith('a@far.x now'));
  assert.deepEqual(states({ queue }), ['a@far.x waiting held all', 'b@far.x waiting held all']);
  assert.equal(trying.size, 0);

  // Released while nothing runs, then held and released while one is being tried: due as soon as that has ended.
  await queue.operator['queue.release']({ ids: [id] });
  await until('a to be tried', () => trying.has('a@far.x'));
  await queue.operator['queue.hold']({ ids: [id], recipient: { address: 'b@far.x' } });
  await end('a@far.x', done('ok\n'));
  await until('a to be done', () => states({ queue })[0] === 'a@far.x ended all');
  await queue.operator['queue.release']({ ids: [id] });
  await end('b@far.x', done('ok\n'));
  await empty({ queue });
});

stage('release: while another recipient is being tried → tried as soon as that has ended', async stage => {
  const { trying, end } = stage;
  const { queue, send } = await stage.open();
  const id = await send({ sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x'] });
  await end('a@far.x', putOff);
  await end('b@far.x', putOff);
  await until('both to wait', () => [...queue.rows(0, 1)][0]?.nextTryMs);
  await queue.operator['queue.hold']({ ids: [id], recipient: { address: 'b@far.x' } });
  queue.retry();
  await until('a to be tried', () => trying.has('a@far.x'));
  await queue.operator['queue.release']({ ids: [id] });
  assert.equal(trying.has('b@far.x'), false);
  await end('a@far.x', done('ok\n'));
  await end('b@far.x', done('ok\n'));
  await empty({ queue });
});

stage(
  'bounce: while one recipient is being tried → the others go back at once, that one is left alone',
  async stage => {
    const { trying, end } = stage;
    const bounces: string[] = [];
    const rig = await stage.open(
      job => {
        if (job.sender !== '') return stage.byHand(job);
        bounces.push(readFileSync(job.path, 'latin1'));
        return done('');
      },
      { concurrencyremote: '1' },
    );
    const id = await rig.send({ sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x', 'c@far.x'] });
    await until('a to be tried', () => trying.has('a@far.x'));
    assert.deepEqual(await rig.queue.operator['queue.bounce']({ ids: [id] }), { changed: 2, busy: 1 });
    assert.deepEqual(states(rig), ['a@far.x now', 'b@far.x ended', 'c@far.x ended']);
    await end('a@far.x', done('ok\n'));
    await rig.logged(/^bounce msg/);
    await until('the bounce', () => bounces.length === 1);
    assert.equal(trying.size, 0);
    assert.ok(bounces[0]?.includes(`\n\n<b@far.x>:\n${refused}\n\n<c@far.x>:\n${refused}\n\n--- Below`), bounces[0]);
    assert.deepEqual(
      rig.lines.filter(line => line.startsWith('returned')),
      [`returned msg ${id} to remote b@far.x`, `returned msg ${id} to remote c@far.x`],
    );
  },
);

stage(
  'bounce: recipients already put off in the pass that is still open → the message ends with that pass',
  async stage => {
    const { home, trying, end } = stage;
    const rig = await stage.open(job => (job.sender === '' ? done('') : stage.byHand(job)));
    const id = await rig.send({ sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x'] });
    await end('a@far.x', putOff);
    await until('b to be tried', () => trying.has('b@far.x') && !trying.has('a@far.x'));
    await rig.logged(/^delivery \d: deferral/);
    assert.deepEqual(await rig.queue.operator['queue.bounce']({ ids: [id] }), { changed: 1, busy: 1 });
    await end('b@far.x', done('ok\n'));
    await rig.logged(new RegExp(`^end msg ${id}`));
    await empty(rig);
    await rig.queue.stop();
    assert.deepEqual(queueFiles(home), []);
  },
);

stage('bounce: the sender is empty → a double bounce to the postmaster, as for any failure', async stage => {
  const rig = await stage.open(job => (job.sender === '#@[]' ? done('') : putOff));
  const id = await rig.send({ sender: '', recipients: ['a@far.x'] });
  await rig.logged(/deferral/);
  await until('it waits', () => [...rig.queue.rows(0, 1)][0]?.nextTryMs);
  assert.deepEqual(await rig.queue.operator['queue.bounce']({ ids: [id] }), { changed: 1, busy: 0 });
  await rig.logged(/to local postmaster@here\.example/);
  assert.ok(rig.lines.some(line => /^info msg \d+: bytes \d+ from <#@\[\]>/.test(line)));
});

stage(
  'delete: one recipient → it is done, without a bounce; the others keep the time of their next try',
  async stage => {
    const { queue, home, id, fate, layout, operator, logged, lines } = await withWaiting(stage, ['a@far.x', 'b@far.x']);
    const dueMs = statSync(layout.remote(id)).mtimeMs;
    const next = [...queue.rows(0, 1)][0]?.nextTryMs;
    assert.deepEqual(await operator['queue.remove']({ ids: [id], recipient: { address: 'a@far.x' } }), {
      changed: 1,
      busy: 0,
    });
    assert.deepEqual(states({ queue }), ['a@far.x ended', 'b@far.x waiting']);
    assert.equal([...queue.rows(0, 1)][0]?.nextTryMs, next);
    assert.equal(statSync(layout.remote(id)).mtimeMs, dueMs);
    assert.deepEqual(
      [...listQueue(home)].map(line => line.replace(/^.* {2}#/, '#')),
      [
        `#${id}  ${statSync(layout.mess(id)).size}  <joe@here.example> `,
        '  done\tremote\ta@far.x',
        '\tremote\tb@far.x',
      ],
    );
    assert.deepEqual(await operator['queue.remove']({ ids: [id] }), { changed: 1, busy: 0 });
    await logged(/^end msg/);
    await queue.stop();
    assert.deepEqual([queueFiles(home), fate.tried], [[], []]);
    assert.deepEqual(
      lines.filter(line => /^(deleted|bounce)/.test(line)),
      [`deleted msg ${id} to remote a@far.x`, `deleted msg ${id} to remote b@far.x`],
    );
  },
);

stage('delete: messages that wait for a slot, not tried yet, held, or partly done → gone, all at once', async stage => {
  const { home, trying, end } = stage;
  const rig = await stage.open(undefined, { concurrencyremote: '1' });
  const ids = [];
  for (let n = 0; n < 40; n++) ids.push(await rig.send({ sender: 's@x', recipients: [`r${n}@far.x`] }));
  await until('one to be tried', () => trying.size === 1);
  const tried = [...trying.keys()][0] ?? '';
  await rig.queue.operator['queue.hold']({ ids: ids.slice(20) });
  assert.deepEqual(await rig.queue.operator['queue.remove']({ ids }), { changed: 39, busy: 1 });
  await end(tried, done('ok\n'));
  await empty(rig);
  await rig.queue.stop();
  assert.deepEqual(queueFiles(home), []);
});

stage('delete: a list of thousands → every record, though a slice at a time', async stage => {
  const { home, trying, end } = stage;
  const rig = await stage.open(undefined, { concurrencyremote: '3' });
  const recipients = Array.from({ length: 5000 }, (_, n) => `r${n}@far.x`);
  const id = await rig.send({ sender: 's@x', recipients });
  await until('three to be tried', () => trying.size === 3);
  const [all] = await Promise.all([rig.queue.operator['queue.remove']({ ids: [id] }), end('r1@far.x', done('ok\n'))]);
  assert.deepEqual(all, { changed: 4997, busy: 3 });
  await end('r0@far.x', putOff);
  await end('r2@far.x', done('ok\n'));
  await until('only the one that was put off is left', () => [...rig.queue.rows(0, 1)][0]?.nextTryMs);
  assert.equal(trying.size, 0);
  await rig.queue.stop();
  assert.equal(
    readFileSync(queueLayout(home).remote(id), 'latin1')
      .match(/(^|\0)T[^\0]*/g)
      ?.join(),
    'Tr0@far.x',
  );
});

stage('queue operations: a message that is gone, or an incomplete request → an answer that says so', async stage => {
  const { operator, id } = await withWaiting(stage, ['a@far.x']);
  for (const verb of ['queue.hold', 'queue.release', 'queue.bounce', 'queue.remove'] as const) {
    await assert.rejects(operator[verb]({ ids: [4711] }), {
      kind: 'gone',
      code: 'message-not-queued',
      params: { id: 4711 },
    });
    for (const recipient of [
      { address: 'b@far.x' },
      { address: 'a@far.x', channel: 'local' },
    ] satisfies QueueChoice['recipient'][]) {
      assert.deepEqual(await operator[verb]({ ids: [id, 4711], recipient }), { changed: 0, busy: 0 });
    }
  }
  await assert.rejects(operator['queue.view']({ id: 4711 }), { code: 'message-not-queued', params: { id: 4711 } });
  await assert.rejects(operator['queue.hold']({ ids: [4711, 4712] }), { code: 'messages-not-queued' });
});

stage('hold: the disk refuses → nothing is held, and the answer says why', async stage => {
  const { operator, queue, id, layout } = await withWaiting(stage, ['a@far.x']);
  // A directory where the file has to go: rename refuses, as on a broken disk.
  mkdirSync(join(layout.held(id), 'x'), { recursive: true });
  await assert.rejects(operator['queue.hold']({ ids: [id] }), {
    kind: 'failed',
    message: /The queue could not be changed/,
  });
  assert.deepEqual(states({ queue }), ['a@far.x waiting']);
  rmdirSync(join(layout.held(id), 'x'));
  rmdirSync(layout.held(id));
  assert.deepEqual(await operator['queue.hold']({ ids: [id] }), { changed: 1, busy: 0 });
});

stage('view: the text as it is queued, characters whole, cut at 64 KB', async stage => {
  const { queue, send } = await stage.open(undefined, { concurrencyremote: '1' });
  const toFar = { sender: 's@x', recipients: ['a@far.x'] };
  const small = await send(toFar, 'Subject: grüße\n\nbody\n');
  const large = await send(toFar, `Subject: long\n\n${'é'.repeat(50_000)}`);
  const seen = await queue.operator['queue.view']({ id: small });
  assert.match(seen.text, /^Received: \(qmail \d+ invoked from network\); .*\nSubject: grüße\n\nbody\n$/);
  assert.equal(seen.cut, false);
  const { text, cut } = await queue.operator['queue.view']({ id: large });
  assert.equal(cut, true);
  assert.ok(!text.includes('\ufffd') && Math.abs(Buffer.byteLength(text) - 64 * 1024) <= 1);
});
