// What the sender wants to be told (RFC 3461), in the queue: it is kept with the message, whatever happens to it, and acted on.
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { createDirectorySync } from '../../../../core/lib/disk/directory-sync.ts';
import type { EnvelopeDsn } from '../../../../core/paper-path/dsn.ts';
import { done, later, never, type Outcome } from '../../../../core/paper-path/outcome.ts';
import type { DeliveryJob, Envelope } from '../../../../core/paper-path/shapes.ts';
import { createOutsideAccept } from '../../../../core/queue/intake/accept-from-outside.ts';
import { decodeRecords, encodeRecord } from '../../../../core/queue/journal/record.ts';
import { type CrashOptions, copyHome, copyJournal, crashQueue } from '../../../support/crash-queue.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const outcomes: Readonly<Record<string, Outcome>> = {
  ok: done('did 1+0+0\n'),
  no: { ...never('No such user. (#5.1.1)\n', '5.1.1'), answer: { code: 550, words: 'no', host: 'mx.x' } },
  busy: later('Busy. (#4.2.0)\n', '4.2.0'),
  next: { ...done('ok\n'), handedOn: 'next' } as Outcome,
  many: { ...done('ok\n'), handedOn: 'expanded' } as Outcome,
};

const byName = ({ recipient, sender }: DeliveryJob): Outcome =>
  (sender === '' ? undefined : outcomes[recipient.split('@')[0] ?? '']) ?? done('ok\n');

async function queueWith(t: TestContext, options: CrashOptions = {}, home = tempDir(t)) {
  const jobs: DeliveryJob[] = [];
  const rig = await crashQueue(t, home, {
    outcome(job) {
      jobs.push(job);
      return byName(job);
    },
    ...options,
  });
  const wishes = () =>
    jobs.filter(({ sender }) => sender !== '').map(({ recipient, dsn }) => [recipient, dsn] as const);
  const notices = () => rig.delivered.filter(({ what }) => what.startsWith('remote joe@far.x '));
  return { ...rig, wishes, notices };
}

function mail(
  recipients: Readonly<Record<string, string | undefined>>,
  ofMessage: Omit<EnvelopeDsn, 'recipients'> = {},
) {
  const all = Object.entries(recipients);
  const dsn = { ...ofMessage, recipients: all.map(([, notify]) => (notify === undefined ? undefined : { notify })) };
  return { sender: 'joe@far.x', recipients: all.map(([recipient]) => recipient), dsn };
}

/** The values of a field of all notices, in order of the alphabet. */
function fieldsOf(notices: readonly { readonly text: string }[], name: string): string[] {
  const found = notices.flatMap(({ text }) => [...text.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))]);
  return found.map(([, value = '']) => value).sort();
}

test('dsn: SUCCESS is asked for → delivered, relayed, expanded, by who got the message; nothing where it was handed on', async t => {
  const { send, idle, notices, lines } = await queueWith(t);
  const wish = 'SUCCESS,FAILURE';
  await send(
    mail({
      'ok@here.example': wish,
      'ok@far.x': wish,
      'many@here.example': wish,
      'next@far.x': wish,
      'x@far.x': 'FAILURE',
    }),
    'hello',
  );
  await idle();
  await until('the notices', () => fieldsOf(notices(), 'Action').length === 3);
  assert.deepEqual(fieldsOf(notices(), 'Action'), ['delivered', 'expanded', 'relayed']);
  assert.deepEqual(fieldsOf(notices(), 'Final-Recipient'), [
    'rfc822; many@here.example',
    'rfc822; ok@far.x',
    'rfc822; ok@here.example',
  ]);
  assert.equal(fieldsOf(notices(), 'Status').includes('2.1.5'), true);
  assert.equal(lines.filter(line => /^success msg \d+ qp \d+$/.test(line)).length, notices().length);
  assert.ok(
    notices().every(({ text }) => !/^Diagnostic-Code/m.test(text) && text.includes('Subject: success notice\n')),
  );
});

test('dsn: many recipients ask for SUCCESS → few notices, and each recipient in one', async t => {
  const { send, idle, notices } = await queueWith(t);
  const names = Array.from({ length: 60 }, (_, n) => `r${n}@here.example`);
  await send(mail(Object.fromEntries(names.map(name => [name, 'SUCCESS']))), 'hello');
  await idle();
  await until('the notices', () => fieldsOf(notices(), 'Action').length === 60);
  assert.deepEqual(fieldsOf(notices(), 'Final-Recipient'), names.map(name => `rfc822; ${name}`).sort());
  assert.ok(notices().length < 60, `${notices().length}`);
});

test('dsn: recipients fail, some with NEVER or without FAILURE → a notice of the others only (RFC 3464)', async t => {
  const { send, idle, notices } = await queueWith(t);
  const recipients = ['no@far.x', 'no@a.x', 'no@b.x', 'no@c.x'];
  const wishes = [
    { orcpt: 'rfc822;n+2Bo@old.x' },
    { notify: 'NEVER' },
    { notify: 'SUCCESS,DELAY' },
    { notify: 'FAILURE' },
  ];
  await send({ sender: 'joe@far.x', recipients, dsn: { ret: 'HDRS', envid: 'Q+2B1', recipients: wishes } }, 'hello');
  await idle();
  await until('the bounce', () => notices().length === 1);
  const [{ text } = { text: '' }] = notices();
  assert.deepEqual(fieldsOf(notices(), 'Final-Recipient'), ['rfc822; no@c.x', 'rfc822; no@far.x']);
  assert.deepEqual(fieldsOf(notices(), 'Original-Recipient'), ['rfc822; n+o@old.x']);
  assert.deepEqual(fieldsOf(notices(), 'Original-Envelope-Id'), ['Q+1']);
  assert.match(text, /\nContent-Type: text\/rfc822-headers\n[\s\S]*\nSubject: hello\n\n\n--/);
  assert.doesNotMatch(text, /\nHi\.\n/);
});

test('dsn: RET=FULL → the whole message is returned', async t => {
  const { send, idle, notices } = await queueWith(t);
  await send(mail({ 'no@far.x': 'FAILURE' }, { ret: 'FULL' }), 'hello');
  await idle();
  await until('the bounce', () => notices().length === 1);
  assert.match(notices()[0]?.text ?? '', /\nContent-Type: message\/rfc822\n[\s\S]*\nSubject: hello\n\nHi\.\n/);
});

test('dsn: all recipients fail with NEVER → no bounce, and the message ends', async t => {
  const { send, idle, notices, lines } = await queueWith(t);
  const id = await send(mail({ 'no@far.x': 'NEVER' }), 'hello');
  await idle();
  await until('its end', () => lines.includes(`end msg ${id}`));
  assert.deepEqual(notices(), []);
});

test('dsn: mail is late, only some recipients with DELAY or no wish → a notice of these', async t => {
  const { send, idle, clock, notices } = await queueWith(t);
  await send(
    mail({ 'busy@a.x': 'DELAY', 'busy@b.x': 'FAILURE', 'busy@c.x': undefined, 'busy@d.x': 'NEVER' }, { envid: 'E' }),
    'hello',
  );
  await idle();
  clock.pass(18_000_000);
  await idle();
  await until('the notice', () => notices().length === 1);
  assert.deepEqual(fieldsOf(notices(), 'Final-Recipient'), ['rfc822; busy@a.x', 'rfc822; busy@c.x']);
  assert.deepEqual(fieldsOf(notices(), 'Original-Envelope-Id'), ['E']);
});

test('dsn: a bounce asks for SUCCESS → no notice', async t => {
  const { send, idle, lines } = await queueWith(t);
  const id = await send({ ...mail({ 'ok@far.x': 'SUCCESS' }), sender: '' }, 'hello');
  await idle();
  await until('its end', () => lines.includes(`end msg ${id}`));
  assert.ok(!lines.some(line => line.startsWith('success msg')));
});

const kept = { 'busy@far.x': 'SUCCESS', 'busy@here.example': 'NEVER', 'busy@c.x': undefined };
const expected = new Map<string, unknown>([
  ['busy@far.x', { ret: 'HDRS', envid: 'Q', notify: 'SUCCESS' }],
  ['busy@here.example', { ret: 'HDRS', envid: 'Q', notify: 'NEVER' }],
  ['busy@c.x', { ret: 'HDRS', envid: 'Q' }],
]);
const request: Envelope = mail(kept, { ret: 'HDRS', envid: 'Q' });

test('dsn: the host is killed, the power fails, the queue is stopped → the wishes are those of the client', async t => {
  const first = await queueWith(t);
  await first.send(request, 'hello');
  const inJournal = copyHome(t, first.home);
  const power = copyJournal(t, first.home);
  await first.idle();
  const inFiles = copyHome(t, first.home);
  await first.queue.stop();
  assert.equal(readdirSync(first.layout.dsnDir).length, 1);
  for (const [home, bootId] of [
    [inJournal, 'first'],
    [power, 'second'],
    [inFiles, 'first'],
    [inFiles, 'second'],
    [first.home, 'first'],
  ] as const) {
    const next = await queueWith(t, { bootId, clock: first.clock }, home);
    await next.idle();
    next.clock.pass(3_600_000);
    await next.idle();
    assert.deepEqual(new Map(next.wishes()), expected);
    await next.queue.stop();
  }
});

test('dsn: a message ends → dsn/N is removed; a message without wishes has none', async t => {
  let isBusy = true;
  const rig = await queueWith(t, { outcome: job => (isBusy && job.sender !== '' ? byName(job) : done('ok\n')) });
  await rig.send(request, 'hello');
  await rig.send({ sender: 'joe@far.x', recipients: ['busy@far.x'] }, 'plain');
  await rig.idle();
  assert.equal(readdirSync(rig.layout.dsnDir).length, 1);
  isBusy = false;
  rig.clock.pass(3_600_000);
  await rig.idle();
  await until('their end', () => rig.lines.filter(line => line.startsWith('end msg')).length >= 2);
  assert.deepEqual(readdirSync(rig.layout.dsnDir), []);
});

test('dsn: dsn/N is gone, as qmail leaves it → the message is delivered as ever', async t => {
  const first = await queueWith(t);
  await first.send(request, 'hello');
  await first.idle();
  await first.queue.stop();
  rmSync(first.layout.dsnDir, { recursive: true });
  const next = await queueWith(t, { clock: first.clock }, first.home);
  next.clock.pass(3_600_000);
  await next.idle();
  assert.deepEqual(new Set(next.wishes().map(([, dsn]) => dsn)), new Set([undefined]));
});

test('dsn: a program queues a message with wishes → the host keeps them, also over a kill', async t => {
  const first = await queueWith(t);
  const { layout, clock } = first;
  await first.queue.stop();
  const accept = createOutsideAccept({
    layout,
    clock,
    syncDirectory: createDirectorySync(),
    nextQp: () => 4711,
    queued: () => undefined,
  });
  assert.ok((await accept([Buffer.from('Subject: outside\n\nHi.\n')], request, { uid: 1000 })).ok);
  const next = await queueWith(t, { clock }, first.home);
  await next.idle();
  await until('the attempts', () => next.wishes().length === 3);
  assert.deepEqual(new Map(next.wishes()), expected);
  const killed = await queueWith(t, { clock }, copyHome(t, first.home));
  killed.clock.pass(3_600_000);
  await killed.idle();
  assert.deepEqual(new Map(killed.wishes()), expected);
});

for (const readSec of [undefined, 1_700_000_000]) {
  for (const dsn of [
    undefined,
    { ret: 'FULL', local: {}, remote: { 12: { notify: 'NEVER', orcpt: 'x;y' } } },
  ] as const) {
    test(`journal: an accepted message, ${dsn ? 'with' : 'without'} wishes, ${readSec ? 'from todo' : 'by the host'} → read as written`, () => {
      const record = {
        ...({ type: 'accepted', id: 7, qp: 8, bornSec: 9, sizeBytes: 3, sender: 's@x' } as const),
        recipients: { local: ['a@x'], remote: ['b@y', 'c@z'] },
        raw: Buffer.from('raw'),
        readSec,
        ...(dsn && { dsn }),
      };
      assert.deepEqual([...decodeRecords(encodeRecord(record))], [record]);
    });
  }
}
