// The journal on a disk that refuses: what was committed is read back complete and in order, what was refused is not promised,
// notes come later, and nothing waits for ever.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createDirectorySync } from '../../core/lib/disk/directory-sync.ts';
import { type Journal, openJournal } from '../../core/queue/journal/journal.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from '../../core/queue/journal/record.ts';
import { segmentNumbers } from '../../core/queue/journal/segments.ts';
import { steppedClock } from '../support/stepped-clock.ts';
import { tempDir } from '../support/temp-dir.ts';

const fault = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });

test('journal: a sync fails → that commit is refused; notes of before and the next commit are in a new segment', async t => {
  const { journal, disk, clock, read } = open(t);
  assert.equal(await journal.commit(finished(1)), 1);
  journal.note(finished(2));
  await written(journal);
  disk.fails = true;
  await assert.rejects(journal.commit(finished(3)), /EIO/);
  disk.fails = false;
  assert.equal(await journal.commit(finished(4)), 2);
  clock.pass(2000);
  assert.deepEqual(read(), { 1: [1, 2], 2: [2, 4] });
});

test('journal: syncs fail for an hour → notes wait in order, the disk is asked once a second, segments do not pile up', async t => {
  const { journal, disk, clock, directory, troubles, read } = open(t);
  await journal.commit(finished(1));
  disk.fails = true;
  journal.note(finished(2));
  await assert.rejects(journal.commit(finished(3)), /EIO/);
  const callsBefore = disk.calls;
  for (let sec = 0; sec < 3600; sec++) {
    clock.pass(1000);
    if (sec % 600 === 0) await turn();
  }
  await turn();
  assert.ok(disk.calls - callsBefore <= 3600, `${disk.calls - callsBefore} syncs`);
  assert.ok(segmentNumbers(directory).length <= 3, `${segmentNumbers(directory).length} segments`);
  assert.ok(troubles.length > 0);
  disk.fails = false;
  let ended = false;
  const commit = journal.commit(finished(4)).finally(() => {
    ended = true;
  });
  while (!ended) {
    await turn();
    clock.pass(1000);
  }
  await commit;
  assert.deepEqual(Object.values(read()).flat(), [1, 2, 4]);
});

test('journal: the next segment cannot be made → rotate says so, the old one is continued, later it can', async t => {
  const { journal, directory, read } = open(t);
  await journal.commit(finished(1));
  mkdirSync(join(directory, '2'));
  await assert.rejects(journal.rotate(), /EEXIST/);
  assert.equal(await journal.commit(finished(2)), 1);
  rmSync(join(directory, '2'), { recursive: true });
  assert.equal(await journal.rotate(), 1);
  assert.equal(await journal.commit(finished(3)), 2);
  assert.deepEqual(read(), { 1: [1, 2], 2: [3] });
});

test('journal: two ask for a new segment at once → both are answered', async t => {
  const { journal } = open(t);
  await journal.commit(finished(1));
  assert.deepEqual(await Promise.all([journal.rotate(), journal.rotate()]), [1, 1]);
});

test('journal: a new segment is asked for while a commit fails → both get the error', async t => {
  const { journal, disk } = open(t);
  await journal.commit(finished(1));
  disk.fails = true;
  disk.slow = turn();
  const committed = assert.rejects(journal.commit(finished(2)), /EIO/);
  const before = disk.calls;
  while (disk.calls === before) await new Promise(resolve => setImmediate(resolve));
  await assert.rejects(journal.rotate(), /EIO/);
  await committed;
  disk.fails = false;
  assert.equal(await journal.rotate(), 2);
});

test('journal: closed → a commit is refused, a note is dropped, no other file is written to', async t => {
  const { journal, directory, read } = open(t);
  await journal.commit(finished(1));
  await journal.close();
  const other = join(directory, '..', 'other');
  writeFileSync(other, '');
  journal.note(finished(2));
  await assert.rejects(journal.commit(finished(3)), /closed/);
  await assert.rejects(journal.rotate(), /closed/);
  await turn();
  assert.equal(readFileSync(other, 'latin1'), '');
  assert.deepEqual(read(), { 1: [1] });
});

test('journal: notes before a new segment → synced before the new one starts, so no later record outlives them', async t => {
  const { journal, disk } = open(t);
  await journal.commit(finished(1));
  journal.note(finished(2));
  await written(journal);
  const before = disk.calls;
  await journal.rotate();
  assert.equal(disk.calls, before + 1);
});

test('record: any record → the same after its bytes; cut anywhere → no record at all', () => {
  const bytes = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map(code => String.fromCharCode(code)),
    maxLength: 40,
  });
  const number = fc.integer({ min: 0, max: 2 ** 48 });
  const channel = fc.constantFrom('local' as const, 'remote' as const);
  const of = { id: number, bornSec: number };
  const answer = fc.record({ code: number, words: bytes, host: bytes, ip: bytes }, { requiredKeys: ['words'] });
  const fields = fc.option(
    fc.record({ status: fc.constantFrom('5.1.1', '4.4.7'), answer }, { requiredKeys: ['status'] }),
    {
      nil: undefined,
    },
  );
  const anyRecord: fc.Arbitrary<JournalRecord> = fc.oneof(
    fc.record({ type: fc.constant('booted' as const), bootId: bytes, place: fc.option(bytes, { nil: undefined }) }),
    fc.record({ type: fc.constant('recovering' as const) }),
    fc.record({ type: fc.constant('filed' as const), messages: fc.array(fc.record(of), { minLength: 1 }) }),
    fc.record({ type: fc.constant('written' as const), directory: fc.string({ unit: 'grapheme' }) }),
    fc.record({
      ...of,
      type: fc.constant('accepted' as const),
      qp: number,
      sizeBytes: number,
      sender: bytes,
      recipients: fc.record({ local: fc.array(bytes), remote: fc.array(bytes) }),
      raw: fc.option(
        fc.uint8Array({ minLength: 1 }).map(raw => Buffer.from(raw)),
        { nil: undefined },
      ),
      readSec: fc.option(number, { nil: undefined }),
    }),
    fc.record({ ...of, type: fc.constant('marked' as const), channel, offset: number, sure: fc.boolean() }),
    fc.record({ ...of, type: fc.constant('failed' as const), offset: number, paragraph: bytes, fields }),
    fc.record({ ...of, type: fc.constant('finished' as const) }),
    fc.record({
      type: fc.constant('renumbered' as const),
      numbers: fc.array(fc.record({ from: number, qp: number, to: number }), { minLength: 1 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 5 }), fc.nat(), (records, cut) => {
      const raw = Buffer.concat(records.map(encodeRecord));
      assert.deepEqual([...decodeRecords(raw)].map(plain), records.map(plain));
      const torn = raw.subarray(0, cut % raw.length);
      assert.deepEqual(
        [...decodeRecords(torn)].map(plain),
        records.map(plain).slice(0, [...decodeRecords(torn)].length),
      );
      assert.ok([...decodeRecords(torn)].length < records.length);
    }),
  );
});

/** In a form that can be compared: buffers of different kinds and objects without a prototype are the same there. */
function plain(record: JournalRecord): unknown {
  const raw = record.type === 'accepted' && record.raw ? [...record.raw] : null;
  return { ...JSON.parse(JSON.stringify(record)), raw };
}

function finished(id: number): JournalRecord {
  return { type: 'finished', id, bornSec: 0 };
}

test('journal: a record of 8 MB → others have their turn while it is written, and what they hand in comes after it', async t => {
  const { journal, directory, disk } = open(t);
  const raw = Buffer.alloc(8 * 1024 * 1024, 'x');
  const recipients = { local: ['a@b', ''], remote: ['grüße@ö'] };
  const long = {
    type: 'accepted',
    id: 1,
    qp: 2,
    bornSec: 3,
    sizeBytes: raw.length,
    sender: '',
    recipients,
    raw,
  } as const;
  let turns = 0;
  const count = (): void => {
    if (disk.calls === 0) turns++;
    if (turns === 5) journal.note(finished(1));
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await journal.commit(long);
  clearImmediate(timer);
  await journal.commit(finished(2));
  assert.ok(turns >= 8, `${turns} turns before the first sync`);
  const [, ...records] = decodeRecords(readFileSync(join(directory, '1')));
  assert.deepEqual(records, [{ ...long, readSec: undefined }, finished(1), finished(2)]);
});

function open(t: TestContext) {
  const directory = join(tempDir(t), 'journal');
  const clock = steppedClock();
  const disk = { fails: false, calls: 0, slow: Promise.resolve() };
  const troubles: string[] = [];
  const sync = async () => {
    disk.calls++;
    await disk.slow;
    if (disk.fails) throw fault;
  };
  const journal = openJournal({
    directory,
    bootId: 'first',
    clock,
    syncDirectory: createDirectorySync(),
    trouble: text => troubles.push(text),
    sync: { file: sync, data: sync },
  });
  t.after(() => journal.close());
  /** The numbers of the finished messages, by segment. */
  function read(): Record<number, number[]> {
    const ids = (number: number) =>
      [...decodeRecords(readFileSync(join(directory, String(number))))].flatMap(one =>
        one.type === 'finished' ? [one.id] : [],
      );
    return Object.fromEntries(
      segmentNumbers(directory)
        .map(number => [number, ids(number)] as const)
        .filter(([, found]) => found.length > 0),
    );
  }
  return { journal, directory, clock, disk, troubles, read };
}

/** Resolves when the journal has written what it was handed. */
async function written(journal: Journal): Promise<void> {
  const before = journal.sizeBytes;
  while (journal.sizeBytes === before) await turn();
}

function turn(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 5));
}
