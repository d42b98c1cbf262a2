// A host was killed, another queue manager ran on the queue, and the host starts again: what is delivered from the journal, for
// each kind of trace that the other manager may have left, or cannot have left.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { systemClock } from '../../core/lib/clock.ts';
import { readBootId } from '../../core/lib/process/boot-id.ts';
import { makeQueueDirs, type QueueLayout, queueLayout } from '../../core/queue/files/layout.ts';
import { withOffsets } from '../../core/queue/files/recipients.ts';
import { type Accepted, encodeRecord, type JournalRecord } from '../../core/queue/journal/record.ts';
import { segmentPath } from '../../core/queue/journal/segments.ts';
import { countQueue, listQueue } from '../../core/queue/owner/qread.ts';
import { recover } from '../../core/queue/recovery/recover.ts';
import { placeOf } from '../../core/queue/recovery/takeover.ts';
import { DueTimes } from '../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../core/queue/store/in-files.ts';
import { StoreInJournal } from '../../core/queue/store/in-journal.ts';
import { moveToFiles } from '../../core/queue/store/move-to-files.ts';
import { startQueue, writeControl } from '../support/queue-rig.ts';
import { tempDir } from '../support/temp-dir.ts';

const id = 4711;
const qp = 99;
const hour = 3600;
const nowSec = Math.floor(Date.now() / 1000);
const bornSec = nowSec - 60;
const message = Buffer.from(
  `Received: (qmail ${qp} invoked from network); 29 Nov 2026 12:00:00 -0000\nSubject: x\n\nHi.\n`,
);
const recipients = { local: ['ann@here.example'], remote: ['bob@far.example'] };
const both = ['ann@here.example', 'bob@far.example'];

interface Scene {
  readonly what: string;
  readonly bootId?: string;
  readonly place?: string;
  /** Without bytes: a large message. */
  readonly accepted?: Partial<Accepted>;
  readonly told?: readonly JournalRecord[];
  /** What is there when the host starts: by default nothing. */
  readonly files?: (layout: QueueLayout) => void;
  /** When something was last removed from mess/, against the journal's last record; default: after it. */
  readonly removedSec?: number;
  /** Recipients that are tried. */
  readonly tried: readonly string[];
  readonly log?: RegExp;
}

const filed: JournalRecord = { type: 'filed', messages: [{ id, bornSec }] };
const notAgain = /^warning: message 4711 \(qp 99\) was finished by another queue manager since/;
const isLost = /^alert: message 4711 \(qp 99\) cannot be recovered/;

function put(path: string, text: string | Buffer, mtimeSec = bornSec): void {
  writeFileSync(path, text, { mode: 0o600 });
  utimesSync(path, mtimeSec, mtimeSec);
}

const scenes: Scene[] = [
  { what: 'was filed, all files are gone', told: [filed], tried: [], log: notAgain },
  { what: 'was never in a file', tried: both },
  { what: 'was filed, and the machine was started again', told: [filed], bootId: 'another', tried: both },
  { what: 'was filed, and the queue is a copy', told: [filed], place: '1:1', tried: both },
  { what: 'was filed, and nothing was removed since', told: [filed], removedSec: -10, tried: both },
  { what: 'was filed, and a recovery was killed', told: [filed, { type: 'recovering' }], tried: both },
  { what: 'is large and was filed', accepted: { raw: undefined }, told: [filed], tried: [], log: notAgain },
  { what: 'is large and was not filed', accepted: { raw: undefined }, tried: [], log: isLost },
  { what: 'came through todo an hour ago', accepted: { readSec: nowSec - hour }, tried: [], log: notAgain },
  {
    what: 'is large and came through todo',
    accepted: { raw: undefined, readSec: nowSec - hour },
    tried: [],
    log: notAgain,
  },
  {
    what: 'came through todo so long ago that its file may be a leftover',
    accepted: { readSec: nowSec - 37 * hour },
    tried: both,
  },
  {
    what: 'was filed, and its number is a message that qmail-queue has made',
    told: [filed],
    files: layout => put(layout.mess(id), 'Received: (qmail 7 invoked by uid 1); 29 Nov 2026 13:00:00 -0000\n\nnew\n'),
    tried: [],
    log: notAgain,
  },
  {
    what: 'was filed, its text is gone and info is not',
    told: [filed],
    files: layout => put(layout.info(id), 'Fjoe@far.example\0'),
    tried: both,
  },
  {
    what: 'was filed, and one channel is done',
    told: [filed],
    files(layout) {
      put(layout.mess(id), message);
      put(layout.info(id), 'Fjoe@far.example\0');
      put(layout.remote(id), 'Tbob@far.example\0');
    },
    tried: ['bob@far.example'],
  },
  {
    what: 'came through todo, was preprocessed by qmail-send, and one channel is done',
    accepted: { readSec: nowSec - hour },
    files(layout) {
      put(layout.mess(id), message);
      put(layout.info(id), 'Fjoe@far.example\0', nowSec);
      put(layout.local(id), 'Tann@here.example\0');
    },
    tried: ['ann@here.example'],
  },
  {
    what: 'came through todo, and qmail-send was killed while it preprocessed it',
    accepted: { readSec: nowSec - hour },
    files(layout) {
      put(layout.mess(id), message);
      put(layout.info(id), 'Fjoe@far.example\0', nowSec);
      put(layout.todo(id), `u1\0p${qp}\0Fjoe@far.example\0Tann@here.example\0Tbob@far.example\0`);
    },
    tried: both,
  },
  {
    what: 'was filed, one channel is done, and the machine was started again',
    told: [filed],
    bootId: 'another',
    files(layout) {
      put(layout.mess(id), message);
      put(layout.info(id), 'Fjoe@far.example\0');
      put(layout.remote(id), 'Tbob@far.example\0');
    },
    tried: both,
  },
];

for (const { what, bootId = readBootId(), place, accepted, told = [], files, removedSec = 10, tried, log } of scenes) {
  test(`queue: killed, another queue manager ran; a message ${what} → tried: ${tried.join(', ') || 'none'}`, async t => {
    const home = tempDir(t);
    writeControl(home);
    const layout = queueLayout(home);
    makeQueueDirs(layout);
    mkdirSync(layout.journalDir, { recursive: true });
    const record: Accepted = {
      type: 'accepted',
      id,
      qp,
      bornSec,
      sizeBytes: message.length,
      sender: 'joe@far.example',
      recipients,
      raw: message,
      ...accepted,
    };
    const records: JournalRecord[] = [{ type: 'booted', bootId, place: place ?? placeOf(layout) }, record, ...told];
    put(segmentPath(layout.journalDir, 1), Buffer.concat(records.map(encodeRecord)), bornSec);
    files?.(layout);
    utimesSync(layout.dirOf('mess', id), bornSec + removedSec, bornSec + removedSec);
    const before = messageFiles(layout);
    const [first] = [...listQueue(home)];
    if (tried.length > 0) assert.match(first ?? '', new RegExp(`#\\d+  ${message.length}  <joe@far\\.example>`));
    else if (log === notAgain) assert.equal(first, undefined, 'qmail-qread lists it');
    const { queue, jobs, lines, logged } = await startQueue(t, home);
    queue.retry();
    if (tried.length > 0) await logged(/^end msg/);
    else await logged(log ?? /not stopped in order/);
    await queue.stop();
    assert.deepEqual(jobs.map(({ recipient }) => recipient).sort(), tried);
    const alerts = lines.filter(line => /^alert|another queue manager/.test(line));
    assert.equal(alerts.length, log ? 1 : 0, alerts.join('\n'));
    if (log) assert.match(alerts[0] ?? '', log);
    if (tried.length === 0) assert.deepEqual(messageFiles(layout), before, 'what others have there stays');
  });
}

test('recovery: mailboxes cannot be synced, and it is cut off → the next one does not take what it removed for finished', async t => {
  const home = tempDir(t);
  writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const of = { id, bornSec, qp, sender: 'joe@far.example', sizeBytes: message.length };
  const records: JournalRecord[] = [
    { type: 'booted', bootId: readBootId(), place: placeOf(layout) },
    { ...of, type: 'accepted', recipients, raw: message },
    filed,
    { type: 'written', directory: home },
  ];
  put(segmentPath(layout.journalDir, 1), Buffer.concat(records.map(encodeRecord)));
  put(layout.info(id), 'Fjoe@far.example\0');
  const refuses = () => Promise.reject(new Error('EIO'));
  const log = { alert: () => undefined, warning: () => undefined, identity: () => undefined };
  const deps = { layout, clock: systemClock, log, bootId: readBootId() };
  await assert.rejects(recover({ ...deps, sync: refuses, syncQueue: refuses }), /EIO/);
  // As if it had been killed when the old files were gone and no new ones were there yet.
  rmSync(segmentPath(layout.journalDir, 3));
  for (const path of [layout.info, layout.local, layout.remote, layout.mess]) rmSync(path(id), { force: true });
  const { queue, jobs, logged } = await startQueue(t, home);
  await logged(/^end msg/);
  await queue.stop();
  assert.deepEqual(new Set(jobs.map(({ recipient }) => recipient)), new Set(both));
});

test('moveToFiles: tried again, and refused in the middle → there is no info, by which missing channels would count as done', t => {
  const home = tempDir(t);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const of = { id, bornSec, qp, sender: 'joe@far.example', sizeBytes: message.length };
  const pending = { local: withOffsets(recipients.local), remote: withOffsets(recipients.remote) };
  const store = new StoreInJournal(layout, {
    message: { ...of, raw: message },
    recipients: pending,
    segment: 1,
    hasFile: true,
  });
  const channels = new DueTimes();
  for (const channel of ['local', 'remote'] as const) channels.set(channel, bornSec);
  const move = () => moveToFiles({ id, bornSec, sizeBytes: message.length, channels, store }, storeInFiles(layout));
  rmSync(layout.dirOf('info', id), { recursive: true });
  assert.throws(move, /ENOENT/);
  mkdirSync(layout.dirOf('info', id));
  put(layout.info(id), 'Fjoe@far.example\0'); // As when only its time could not be set.
  rmSync(layout.dirOf('remote', id), { recursive: true });
  assert.throws(move, /ENOENT/);
  assert.ok(!existsSync(layout.info(id)));
});

test('qmail-qread, qmail-qstat: a killed host left messages in the journal only → listed and counted', t => {
  const home = tempDir(t);
  writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  const of = { id, bornSec };
  const envelope = { sender: 'joe@far.example', sizeBytes: message.length };
  const two = { local: ['ann@here.example', 'dan@here.example'], remote: ['bob@far.example'] };
  const journal: JournalRecord[] = [
    { type: 'booted', bootId: readBootId(), place: placeOf(layout) },
    { ...of, ...envelope, type: 'accepted', qp, recipients: two, raw: message },
    { ...of, type: 'marked', channel: 'local', offset: 0, sure: false },
    { ...of, type: 'marked', channel: 'remote', offset: 0, sure: true },
    { ...envelope, type: 'accepted', id: 12, bornSec, qp: 5, recipients, raw: message },
    { type: 'finished', id: 12, bornSec },
    { ...envelope, type: 'accepted', id: 13, bornSec, qp: 6, recipients, raw: undefined },
    // Of one that was filed before: what its file does not say yet.
    { type: 'marked', id: 14, bornSec, channel: 'remote', offset: 0, sure: true },
  ];
  writeFileSync(segmentPath(layout.journalDir, 1), Buffer.concat(journal.map(encodeRecord)));
  put(layout.mess(13), message);
  put(layout.todo(13), 'u1\0p6\0Fjoe@far.example\0Tann@here.example\0Tbob@far.example\0');
  put(layout.mess(14), message);
  put(layout.info(14), 'Fold@far.example\0');
  put(layout.remote(14), 'Tbob@far.example\0Tbea@far.example\0');
  put(layout.mess(15), message);
  put(layout.todo(15), 'u1\0p8\0F\0Tann@here.example\0');
  const withoutDate = [...listQueue(home)].map(line => line.replace(/^.* {2}#/, '#'));
  assert.deepEqual(withoutDate, [
    `#14  ${message.length}  <old@far.example> `,
    '  done\tremote\tbob@far.example',
    '\tremote\tbea@far.example',
    `#${id}  ${message.length}  <joe@far.example> `,
    '  done\tlocal\tann@here.example',
    '\tlocal\tdan@here.example',
    `#13  ${message.length}  <joe@far.example> `,
    '\tlocal\tann@here.example',
    '\tremote\tbob@far.example',
  ]);
  assert.deepEqual(countQueue(home), { messages: 4, unprocessed: 1 });
});

test('qmail-qread: a queue without a journal, as qmail leaves it → read as it is', t => {
  const home = tempDir(t);
  writeControl(home);
  const layout = queueLayout(home);
  makeQueueDirs(layout);
  rmSync(layout.journalDir, { recursive: true });
  put(layout.mess(14), message);
  put(layout.info(14), 'F\0');
  assert.equal([...listQueue(home)].length, 1);
  assert.deepEqual(countQueue(home), { messages: 1, unprocessed: 0 });
});

function messageFiles(layout: QueueLayout): string[] {
  return layout
    .dirs('mess')
    .flatMap(directory => readdirSync(directory).map(name => readFileSync(`${directory}/${name}`, 'latin1')));
}
