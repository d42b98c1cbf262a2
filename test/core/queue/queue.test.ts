// The queue from accepting a message to its end: log lines, files, deferrals, bounces and limits, as qmail-send has them.
import assert from 'node:assert/strict';
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { done, later, never } from '../../../core/paper-path/outcome.ts';
import { queueLayout } from '../../../core/queue/files/layout.ts';
import { queueFiles, startQueue } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const toOne = { sender: 'joe@here.example', recipients: ['fred@here.example'] };

test("queue: a delivered message → qmail-send's log lines, nothing left on disk", async t => {
  const home = tempDir(t);
  const { queue, lines, send, logged } = await startQueue(t, home, () => done('did 1+0+0\n'));
  const id = await send(toOne);
  await logged(/^end msg/);
  await queue.stop();
  const qp = /qp (\d+)/.exec(lines.find(line => line.startsWith('info')) ?? '')?.[1];
  assert.deepEqual(lines, [
    'status: local 0/10 remote 0/20',
    `new msg ${id}`,
    `info msg ${id}: bytes ${lines[2]?.split(' ')[4]} from <joe@here.example> qp ${qp} uid ${process.getuid?.()}`,
    `starting delivery 1: msg ${id} to local fred@here.example`,
    'status: local 1/10 remote 0/20',
    'delivery 1: success: did_1+0+0/',
    'status: local 0/10 remote 0/20',
    `end msg ${id}`,
    'status: exiting',
  ]);
  assert.deepEqual(queueFiles(home), []);
});

test('queue: the message file → a Received line of the queue, then the bytes as they came', async t => {
  const home = tempDir(t);
  let stored = '';
  const { queue, send, logged } = await startQueue(t, home, job => {
    stored = readFileSync(job.path, 'latin1');
    return done('');
  });
  await send(toOne, 'Subject: \xff\0\n\nno line end');
  await logged(/^end msg/);
  await queue.stop();
  assert.match(
    stored,
    /^Received: \(qmail \d+ invoked from network\); \d+ \w{3} \d{4} \d\d:\d\d:\d\d -0000\nSubject: \xc3\xbf\0\n\nno line end$/,
  );
});

test('queue: a deferral → the recipient stays, due after the quadratic delay, and its mtime says so', async t => {
  const home = tempDir(t);
  const { queue, send, logged } = await startQueue(t, home, () => later('busy (#4.2.1)\n'));
  const id = await send({ sender: 's@x', recipients: ['a@far.example'] });
  await logged(/^delivery 1: deferral: busy_\(#4.2.1\)\//);
  await queue.stop();
  const layout = queueLayout(home);
  const bornSec = Math.floor(statSync(layout.info(id)).mtimeMs / 1000);
  const dueSec = statSync(layout.remote(id)).mtimeMs / 1000;
  assert.ok(dueSec - bornSec === 400 || dueSec - bornSec === 441, `due ${dueSec - bornSec} s after birth`);
  assert.equal(readFileSync(layout.remote(id), 'latin1'), 'Ta@far.example\0');
});

test('queue: three recipients with three fates → checkpoints, one bounce for the failed one', async t => {
  const home = tempDir(t);
  const fates = { good: done('ok\n'), slow: later('later (#4.0.0)\n'), bad: never('no (#5.1.1)\n') };
  const { queue, jobs, send, logged } = await startQueue(t, home, job => {
    const name = job.recipient.split('@')[0] as keyof typeof fates;
    return fates[name] ?? done('bounce delivered\n');
  });
  const id = await send({ sender: 'joe@here.example', recipients: ['good@far.x', 'slow@far.x', 'bad@far.x'] });
  await logged(/failure/);
  await logged(/deferral/);
  await until('the deferred recipient is back in the schedule', () => queue.retry() === 1);
  await logged(/^starting delivery 4: .* slow@far.x$/);
  fates.slow = done('ok\n');
  await until('the second attempt is over', () => queue.retry() === 1);
  await logged(/^bounce msg/);
  await logged(/to local joe@here.example/);
  await queue.stop();
  assert.deepEqual(
    jobs.map(job => `${job.sender} → ${job.recipient}`).sort(),
    [
      ' → joe@here.example',
      'joe@here.example → bad@far.x',
      'joe@here.example → good@far.x',
      'joe@here.example → slow@far.x',
      'joe@here.example → slow@far.x',
      'joe@here.example → slow@far.x',
    ],
    `deliveries of message ${id} and its bounce`,
  );
});

test('queue: recipients that fail in the same moment → one bounce, each message ends once', async t => {
  const { queue, lines, send, logged } = await startQueue(t, tempDir(t), job =>
    job.sender === '' ? done('') : never('no (#5.1.1)\n'),
  );
  await send({ sender: 'joe@here.example', recipients: ['a@far.x', 'b@far.x', 'c@far.x'] });
  await logged(/to local joe@here\.example/);
  await queue.stop();
  const count = (word: string) => lines.filter(line => line.startsWith(word)).length;
  assert.deepEqual({ bounces: count('bounce msg'), ends: count('end msg') }, { bounces: 1, ends: 2 });
});

test('queue: an empty doublebounceto → a double bounce is discarded, and the log says so', async t => {
  const { queue, jobs, send, logged } = await startQueue(t, tempDir(t), () => never('no\n'), {
    control: { doublebounceto: '\n' },
  });
  await send({ sender: '', recipients: ['nosuch@here.example'] });
  assert.match(await logged(/^double bounce/), /^double bounce: discarding bounce\/\d+$/);
  await logged(/^end msg/);
  await queue.stop();
  assert.equal(jobs.length, 1);
});

test('queue: failures all the way → bounce, double bounce to postmaster, triple bounce discarded', async t => {
  const home = tempDir(t);
  const texts: string[] = [];
  const { queue, jobs, send, logged } = await startQueue(t, home, job => {
    texts.push(readFileSync(job.path, 'latin1'));
    return never('Sorry, no mailbox here by that name. (#5.1.1)\n');
  });
  await send({ sender: 'joe@here.example', recipients: ['nosuch@here.example'] });
  await logged(/^triple bounce/);
  await queue.stop();
  assert.deepEqual(
    jobs.map(({ sender, recipient }) => [sender, recipient]),
    [
      ['joe@here.example', 'nosuch@here.example'],
      ['', 'joe@here.example'],
      ['#@[]', 'postmaster@here.example'],
    ],
  );
  const bounce = texts[1]?.replace(/^Received: .*\nDate: .*\n/, '');
  assert.ok(texts[1]?.startsWith('Received: (qmail '), texts[1]);
  assert.equal(
    bounce?.slice(0, bounce.indexOf('Received: ')),
    [
      'From: MAILER-DAEMON@here.example',
      'To: joe@here.example',
      'Subject: failure notice',
      '',
      'Hi. This is the qmail-send program at here.example.',
      "I'm afraid I wasn't able to deliver your message to the following addresses.",
      "This is a permanent error; I've given up. Sorry it didn't work out.",
      '',
      '<nosuch@here.example>:',
      'Sorry, no mailbox here by that name. (#5.1.1)',
      '',
      '--- Below this line is a copy of the message.',
      '',
      'Return-Path: <joe@here.example>',
      '',
    ].join('\n'),
  );
  assert.match(texts[2] ?? '', /but the bounce bounced!\n\n<joe@here\.example>:/);
  assert.deepEqual(queueFiles(home), []);
});

test('queue: past its lifetime → the next deferral is final and says why', async t => {
  const home = tempDir(t);
  const first = await startQueue(t, home, () => later('try again (#4.9.9)\n'), { control: { queuelifetime: '100' } });
  const id = await first.send({ sender: 'joe@far.x', recipients: ['r@far.x'] });
  await first.logged(/deferral/);
  await first.queue.stop();
  const longAgo = Date.now() / 1000 - 101;
  utimesSync(queueLayout(home).info(id), longAgo, longAgo);
  utimesSync(queueLayout(home).remote(id), longAgo, longAgo);
  const second = await startQueue(t, home, () => later('try again (#4.9.9)\n'), { control: { queuelifetime: '100' } });
  await second.logged(
    /^delivery 1: failure: try_again_\(#4\.9\.9\)\/I'm_not_going_to_try_again;_this_message_has_been_in_the_queue_too_long\.\/$/,
  );
  await second.logged(/^bounce msg/);
  await until('the end', () => second.lines.some(line => line === `end msg ${id}`));
  await second.queue.stop();
  assert.ok(!queueFiles(home).some(path => path.endsWith(`/${id}`)));
});

test('queue: VERP sender → each recipient sees its own, the bounce goes to the bare address', async t => {
  const { queue, jobs, send, logged } = await startQueue(t, tempDir(t), job =>
    job.recipient === 'a@b.example' ? never('') : done(''),
  );
  await send({ sender: 'list-owner-@here.example-@[]', recipients: ['a@b.example'] });
  await logged(/^bounce msg/);
  await logged(/to local list-owner-@here.example/);
  await queue.stop();
  assert.equal(jobs[0]?.sender, 'list-owner-a=b.example@here.example');
});

test('queue: many recipients → never more at once than concurrencyremote, and a later message is not starved', async t => {
  let now = 0;
  let most = 0;
  const order: string[] = [];
  const { queue, send, logged } = await startQueue(
    t,
    tempDir(t),
    async job => {
      most = Math.max(most, ++now);
      await new Promise(resolve => setTimeout(resolve, 1));
      now--;
      order.push(job.recipient);
      return done('');
    },
    { control: { concurrencyremote: '5' } },
  );
  const many = Array.from({ length: 500 }, (_, i) => `r${i}@far.x`);
  await send({ sender: 's@x', recipients: many });
  await send({ sender: 's@x', recipients: ['letter@far.x'] });
  const already = order.length;
  await logged(/letter@far\.x/);
  await logged(/^end msg \d+$/);
  await queue.stop();
  assert.equal(most, 5);
  const turn = order.indexOf('letter@far.x') - already;
  assert.ok(turn < 50, `the letter came as the ${turn}th from when it was there`);
});

test('queue: a second host on the same home → refused by the lock', async t => {
  const home = tempDir(t);
  const { queue } = await startQueue(t, home);
  await assert.rejects(startQueue(t, home), /Another mail host is already running on .*queue\. Stop it first/);
  await queue.stop();
  await (await startQueue(t, home)).queue.stop();
});

test('queue: the source fails halfway → its error is returned, nothing is queued, nothing is left', async t => {
  const home = tempDir(t);
  const { queue } = await startQueue(t, home);
  const dying = (async function* () {
    yield Buffer.from('Subject: half\n');
    throw new Error('connection lost');
  })();
  await assert.rejects(queue.accept(dying, toOne, 'network'), /connection lost/);
  assert.deepEqual(queueFiles(home), []);
  await queue.stop();
});

test('queue: addresses that cannot be stored → refused with the code of qmail-queue', async t => {
  const { queue } = await startQueue(t, tempDir(t));
  const accept = (sender: string) => queue.accept([], { sender, recipients: ['x@far.x'] }, 'network');
  assert.deepEqual(await accept('x'.repeat(1003)), {
    ok: false,
    code: 11,
    permanent: true,
    text: 'envelope address too long for qq (#5.1.3)',
  });
  assert.deepEqual(await accept('a\0b'), { ok: false, code: 91, permanent: false, text: 'qq internal bug (#4.3.0)' });
  assert.equal((await accept('x'.repeat(1002))).ok, true);
  await queue.stop();
});

test('queue: mail queued by another process → accepted at once through the trigger', async t => {
  const home = tempDir(t);
  const { queue, logged } = await startQueue(t, home);
  const { openQueueForInjection } = await import('../../../core/queue/intake/inject-from-outside.ts');
  const accepted = await openQueueForInjection(home)([Buffer.from('x\n')], toOne, { uid: 7 });
  assert.ok(accepted.ok);
  await logged(/^end msg/);
  await queue.stop();
  assert.deepEqual(queueFiles(home), []);
  assert.ok(statSync(join(home, 'queue/lock/trigger')).isFIFO());
});

test('queue: control.md 8, concurrencylocal 0 → the local channel is on hold, the remote one is not', async t => {
  const rig = await startQueue(t, tempDir(t), () => done('ok\n'), { control: { concurrencylocal: '0\n' } });
  await rig.send({ sender: '', recipients: ['here@here.example', 'x@far.example'] });
  await rig.logged(/delivery \d+: success/);
  await rig.send({ sender: '', recipients: ['y@far.example'] });
  await rig.logged(/to remote y@far\.example/);
  assert.deepEqual(
    rig.jobs.map(({ recipient }) => recipient),
    ['x@far.example', 'y@far.example'],
  );
});
