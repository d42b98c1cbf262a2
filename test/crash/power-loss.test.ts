// Power failures: the next start finds only what was synced, and whatever else reached the disk by chance. Each test copies a
// running queue's home, takes away what was not synced, and opens the copy on another start of the machine.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { done, later, never, type Outcome } from '../../core/paper-path/outcome.ts';
import { openQueueForInjection } from '../../core/queue/intake/inject-from-outside.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from '../../core/queue/journal/record.ts';
import {
  type CrashQueue,
  copyHome,
  copyJournal,
  crashQueue,
  filesBelow,
  readJournal,
  tearFiles,
  writeJournal,
} from '../support/crash-queue.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { randomOf, seed } from './sample.ts';

const both = { sender: 's@far.example', recipients: ['al@here.example', 'bo@here.example', 'cy@far.example'] };
const busy = later('busy\n');
const mailbox = '/home/al/Maildir';
const local = { sender: 's@far.example', recipients: ['al@here.example'] };

test('power failure: only the journal is left, all was delivered → every local delivery again, no remote one', async t => {
  const first = await crashQueue(t, tempDir(t));
  await Promise.all(Array.from({ length: 100 }, (_, n) => first.send(both, `n${n}`)));
  await first.idle();
  assert.equal(first.delivered.length, 300);
  const again = await crashQueue(t, copyJournal(t, first.home), { bootId: 'second' });
  await again.idle();
  t.diagnostic(`300 deliveries, ${again.delivered.length} again`);
  assert.deepEqual(
    again.sorted(),
    first.sorted().filter(what => what.startsWith('local')),
  );
  assert.deepEqual(again.delivered.map(({ text }) => text).sort(), localTexts(first.delivered));
});

test('kill -9: the same journal on the same start of the machine → no recipient gets it twice', async t => {
  const first = await crashQueue(t, tempDir(t));
  for (let n = 0; n < 20; n++) await first.send(both, `n${n}`);
  await first.idle();
  await until('the marks to be written', () => countMarks(first.home) === 60);
  const again = await crashQueue(t, copyJournal(t, first.home));
  await again.idle();
  assert.deepEqual(again.sorted(), []);
  await again.queue.stop();
  assert.deepEqual(leftOver(again.home), []);
});

test('power failure: the journal ends anywhere → every message before the end is delivered, none of another text', async t => {
  const first = await crashQueue(t, tempDir(t));
  for (let n = 0; n < 30; n++) await first.send(local, `n${n}`, `${'x'.repeat(n * 37)}\n`);
  await first.idle();
  const journal = readJournal(first.home);
  const texts = new Set(first.delivered.map(({ text }) => text));
  const ends = endsOfRecords(journal);
  const last = ends.at(-1)?.end as number;
  const random = randomOf(seed);
  t.diagnostic(`WAYPOST_CRASH_SEED=${seed} draws these cuts again`);
  const cuts = Array.from({ length: 15 }, (_, at) => Math.floor(((at + random()) / 15) * last));
  for (const cut of cuts) {
    const home = tempDir(t);
    const garbage = cut % 2 === 0 ? Buffer.alloc(5000) : Buffer.from('what a torn write leaves'.repeat(20));
    writeJournal(home, Buffer.concat([journal.subarray(0, cut), garbage]));
    const again = await crashQueue(t, home, { bootId: 'second' });
    await again.idle();
    const promised = ends.filter(({ record, end }) => record.type === 'accepted' && end <= cut).length;
    assert.equal(again.delivered.length, promised, `cut at ${cut}`);
    assert.ok(again.delivered.every(({ text }) => texts.has(text)));
    await again.queue.stop();
  }
  t.diagnostic(`${cuts.length} cuts in a journal of ${last} bytes`);
});

test('power failure: names without contents → rebuilt from the journal, nothing of the torn files is used', async t => {
  const first = await crashQueue(t, tempDir(t), { outcome: () => later('not yet (#4.0.0)\n') });
  for (let n = 0; n < 20; n++) await first.send(both, `n${n}`);
  await first.idle();
  for (const kinds of [['mess'], ['info'], ['local', 'remote'], ['mess', 'info', 'local', 'remote'], []]) {
    const home = copyHome(t, first.home);
    tearFiles(home, kinds);
    const again = await crashQueue(t, home, { bootId: 'second', outcome: job => done(`${job.sender}\n`) });
    again.queue.retry();
    await again.idle();
    assert.equal(again.delivered.length, 60, `torn: ${kinds}`);
    assert.equal(new Set(again.sorted()).size, 60);
    assert.equal(again.lines.filter(line => /from <s@far.example>|: success: s@far.example/.test(line)).length, 60);
    await again.queue.stop();
  }
});

test('power failure: other messages have the numbers now → new numbers, and the others are left alone', async t => {
  const first = await crashQueue(t, tempDir(t));
  const ids = await Promise.all(Array.from({ length: 40 }, (_, n) => first.send(local, `n${n}`)));
  await first.idle();
  const home = copyJournal(t, first.home);
  const other = Buffer.from('Received: (qmail 1 invoked by uid 0); 1 Jan 2026 00:00:00 -0000\nSubject: another\n\n');
  for (const id of ids.slice(0, 20)) {
    const path = first.layout.mess(id).replace(first.home, home);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, other);
  }
  const again = await crashQueue(t, home, { bootId: 'second' });
  await again.idle();
  assert.deepEqual(again.sorted(), first.sorted());
  for (const id of ids.slice(0, 20)) assert.deepEqual(readFileSync(again.layout.mess(id)), other);
});

test('power failure: new numbers → none that another message of the journal has', async t => {
  const first = await crashQueue(t, tempDir(t));
  for (let n = 0; n < 60; n++) await first.send(local, `n${n}`);
  await first.idle();
  // The numbers that new files will get, given to other messages of the journal in the opposite order.
  const home = tempDir(t);
  const probe = await crashQueue(t, home);
  const likely: number[] = [];
  for (let n = 0; n < 60; n++) likely.push(await probe.send(local, 'probe'));
  await probe.idle();
  await probe.queue.stop();
  const accepted = acceptedOf(readJournal(first.home));
  const unlikely = accepted.map((record, n) => ({ ...record, id: likely[59 - n] as number, bornSec: 1_700_000_000 }));
  writeJournal(home, Buffer.concat(unlikely.map(encodeRecord)));
  const again = await crashQueue(t, home, { bootId: 'second' });
  await again.idle();
  assert.deepEqual(
    again.sorted(),
    accepted.map(({ raw }) => `local al@here.example ${/Subject: (\S+)/.exec(`${raw}`)?.[1]}`).sort(),
  );
});

test('power failure: a large message or one that waited was delivered → synced by its delivery, so it is not delivered again', async t => {
  const fates = new Map([['al@here.example', later('not yet\n')]]);
  const deferred: string[] = [];
  const first = await crashQueue(t, tempDir(t), {
    outcome: job => {
      if (job.raw) deferred.push(job.recipient); // Only these may leave the sync to the checkpoint.
      return fates.get(job.recipient) ?? done('ok\n');
    },
  });
  const large = await first.send({ ...local, recipients: ['bo@here.example'] }, 'large', 'x'.repeat(200_000));
  const waits = await first.send(local, 'waits');
  await first.idle();
  assert.deepEqual(deferred.splice(0), ['al@here.example']);
  first.clock.pass(5000);
  await until('the checkpoint', () => readJournalRecords(first.home).length === 0);
  fates.clear();
  first.queue.retry();
  await first.idle();
  assert.deepEqual(deferred, []);
  await until('both ends', () => [large, waits].every(id => first.lines.includes(`end msg ${id}`)));
  const again = await crashQueue(t, copyHome(t, first.home), { bootId: 'second' });
  again.queue.retry();
  await again.idle();
  assert.deepEqual(again.sorted(), []);
});

test('power failure: a message is moved to its files while it is delivered → nothing says done before the mailbox is synced', async t => {
  const events: string[] = [];
  let deliver: (outcome: Outcome) => void = () => undefined;
  const first = await crashQueue(t, tempDir(t), {
    outcome: () => new Promise(resolve => (deliver = resolve)),
    syncFileSystem: async place => void events.push(`sync ${place === mailbox ? 'mailbox' : 'queue'}`),
  });
  const id = await first.send({ ...local, recipients: ['al@here.example'] }, 'filed meanwhile');
  first.clock.pass(5000);
  await until('the checkpoint', () => readJournalRecords(first.home).length === 0);
  assert.equal(readFileSync(first.layout.local(id), 'latin1'), 'Tal@here.example\0');
  events.length = 0;
  first.wrote(mailbox);
  deliver(done('ok\n'));
  await until('the end', () => first.lines.includes(`end msg ${id}`));
  assert.deepEqual(events, ['sync mailbox']);
});

test('power failure: a message is moved to its files while it is delivered, and the mailbox cannot be synced → delivered again', async t => {
  let refuses = false;
  let deliver: (outcome: Outcome) => void = () => undefined;
  const first = await crashQueue(t, tempDir(t), {
    outcome: () => new Promise(resolve => (deliver = resolve)),
    syncFileSystem: async place => {
      if (refuses && place === mailbox) throw new Error('EIO: i/o error, syncfs');
    },
  });
  await first.send(local, 'not synced');
  first.clock.pass(5000);
  await until('the checkpoint', () => readJournalRecords(first.home).length === 0);
  first.wrote(mailbox);
  refuses = true;
  deliver(done('ok\n'));
  await until('the warning', () => first.lines.some(line => line.startsWith('warning: trouble marking')));
  await first.idle();
  const again = await crashQueue(t, copyHome(t, first.home), { bootId: 'second' });
  again.queue.retry();
  await again.idle();
  assert.deepEqual(again.sorted(), ['local al@here.example not synced']);
  refuses = false;
});

/** A queue that has delivered a message into a mailbox, and left the sync to the next checkpoint. */
async function deliveredElsewhere(t: TestContext): Promise<CrashQueue> {
  const queue = await crashQueue(t, tempDir(t), {
    outcome: () => {
      queue.wrote(mailbox);
      return done('ok\n');
    },
  });
  await queue.send(local, 'delivered');
  await queue.idle();
  await until('the mark to be written', () => countMarks(queue.home) === 1);
  return queue;
}

test('kill -9, and a power failure after the next start → mail in a mailbox elsewhere was synced by that start', async t => {
  const first = await deliveredElsewhere(t);
  const home = copyHome(t, first.home);
  const synced: string[] = [];
  const again = await crashQueue(t, home, {
    syncFileSystem: async place => {
      if (place === mailbox) assert.equal(countMarks(home), 1, 'the journal goes only after that');
      synced.push(place);
    },
  });
  await again.idle();
  assert.ok(synced.includes(mailbox), String(synced));
  assert.deepEqual(again.sorted(), []);
});

test('kill -9, and the next start cannot sync a mailbox → what came into mailboxes last is delivered again', async t => {
  const first = await deliveredElsewhere(t);
  const again = await crashQueue(t, copyHome(t, first.home), {
    syncFileSystem: async place => {
      if (place === mailbox) throw new Error('EIO: i/o error, syncfs');
    },
  });
  await again.idle();
  assert.deepEqual(again.sorted(), ['local al@here.example delivered']);
  assert.ok(again.lines.some(line => line.startsWith('alert: unable to sync mailboxes')));
});

test('power failure: the sync of a checkpoint fails → the journal stays, and a failure after that loses nothing', async t => {
  let refuses = true;
  const first = await crashQueue(t, tempDir(t), {
    syncFileSystem: async () => {
      if (refuses) throw new Error('EIO: i/o error, syncfs');
    },
  });
  await first.send(local, 'kept');
  await first.idle();
  first.clock.pass(5000);
  await until('the alert', () => first.lines.some(line => line.startsWith('alert: unable to make a checkpoint')));
  const again = await crashQueue(t, copyJournal(t, first.home), { bootId: 'second' });
  await again.idle();
  assert.deepEqual(again.sorted(), ['local al@here.example kept']);
  refuses = false;
  first.clock.pass(5000);
  await until('the next checkpoint', () => readJournalRecords(first.home).length === 0);
});

test('checkpoint: one takes longer than the time between two → the next ones are still made', async t => {
  const syncs: (() => void)[] = [];
  let slow = true;
  const first = await crashQueue(t, tempDir(t), {
    syncFileSystem: () => (slow ? new Promise(resolve => syncs.push(resolve)) : Promise.resolve()),
  });
  await first.send(local, 'before');
  first.clock.pass(5000);
  await until('the sync to begin', () => syncs.length > 0);
  await first.send(local, 'meanwhile');
  await first.idle();
  first.clock.pass(5000);
  slow = false;
  for (const end of syncs) end();
  await until('the end of the slow one', () => readdirSync(`${first.home}/queue/journal`).length === 1);
  assert.notEqual(readJournalRecords(first.home).length, 0);
  await until('the next one', () => {
    first.clock.pass(5000); // The slow one may still be about to end.
    return readJournalRecords(first.home).length === 0;
  });
});

test('kill -9: after a checkpoint while very many are due → a message of another process is not accepted again', async t => {
  const waits: ((outcome: Outcome) => void)[] = [];
  const fates = new Map([['al@here.example', done('ok\n')]]);
  const first = await crashQueue(t, tempDir(t), {
    outcome: ({ recipient }) =>
      recipient.startsWith('slow') ? new Promise(resolve => waits.push(resolve)) : (fates.get(recipient) ?? busy),
  });
  for (let n = 0; n < 130; n++)
    await first.send({ sender: 's@far.example', recipients: [`slow${n}@far.example`] }, 'slow');
  for (let sec = 0; sec < 12; sec++) first.clock.pass(1000); // The checkpoint waits for them, but not much longer.
  const inject = openQueueForInjection(first.home);
  const recipients = ['al@here.example', 'bo@here.example'];
  await inject([Buffer.from('Subject: outside\n\n')], { sender: 's@far.example', recipients }, 'network');
  await until('its delivery', () => first.sorted().includes('local al@here.example outside'));
  assert.equal(readdirSync(first.layout.todoDir).length, 1, 'its name stays while very many are due');
  await until('the checkpoint', () => {
    first.clock.pass(1000);
    return readJournalRecords(first.home).length === 0;
  });
  const left = copyHome(t, first.home);
  const stopped = first.queue.stop();
  for (const end of waits) end(busy);
  await stopped;
  const again = await crashQueue(t, left, { outcome: job => fates.get(job.recipient) ?? busy });
  again.queue.retry();
  await again.idle();
  assert.deepEqual(again.sorted(), []);
});

test('kill -9: all of a held message are marked, and its file is still there → it ends at the next start', async t => {
  const first = await crashQueue(t, tempDir(t), { outcome: () => busy });
  const id = await first.send({ sender: 's@far.example', recipients: ['cy@far.example'] }, 'held');
  await first.idle();
  await first.queue.operator['queue.hold']({ ids: [id] });
  await first.queue.stop();
  writeFileSync(first.layout.remote(id), 'Dcy@far.example\0');
  const again = await crashQueue(t, first.home);
  await until('its end', () => again.lines.includes(`end msg ${id}`));
  await again.queue.stop();
  assert.deepEqual(leftOver(first.home), []);
});

test('crash during recovery: broken off before its sync, any number of times → the same as once', async t => {
  const first = await crashQueue(t, tempDir(t), {
    outcome: job => (job.recipient.startsWith('bo') ? never('no\n') : done('')),
  });
  for (let n = 0; n < 20; n++) await first.send(both, `n${n}`);
  await first.idle();
  const home = copyJournal(t, first.home);
  for (let n = 0; n < 3; n++) {
    const broken = crashQueue(t, home, {
      bootId: 'second',
      syncFileSystem: async () => {
        throw new Error('the power fails again');
      },
    });
    await assert.rejects(broken, /the power fails again/);
  }
  const again = await crashQueue(t, home, { bootId: 'second' });
  await again.idle();
  assert.deepEqual(
    again.sorted(),
    first.sorted().filter(what => what.startsWith('local al') || what.startsWith('local s@')),
  );
});

function localTexts(delivered: readonly { what: string; text: string }[]): string[] {
  return delivered
    .filter(({ what }) => what.startsWith('local'))
    .map(({ text }) => text)
    .sort();
}

/** Without what a checkpoint itself writes. */
function readJournalRecords(home: string): JournalRecord[] {
  const records = endsOfRecords(readJournal(home)).map(({ record }) => record);
  return records.filter(({ type }) => type !== 'booted' && type !== 'filed');
}

function countMarks(home: string): number {
  return readJournalRecords(home).filter(({ type }) => type === 'marked').length;
}

function acceptedOf(journal: Buffer) {
  return endsOfRecords(journal).flatMap(({ record }) => (record.type === 'accepted' ? [record] : []));
}

/** The records of a journal in one segment, and where each ends. */
function endsOfRecords(journal: Buffer): { record: JournalRecord; end: number }[] {
  let end = 0;
  return [...decodeRecords(journal)].map(record => {
    end += encodeRecord(record).length;
    return { record, end };
  });
}

/** Files of messages: all but the spare ones, which a message may use later. */
function leftOver(home: string): string[] {
  const kinds = readdirSync(`${home}/queue`).filter(name => !['lock', 'journal', 'pid'].includes(name));
  return kinds.flatMap(kind => filesBelow(`${home}/queue/${kind}`)).map(path => path.slice(home.length));
}
