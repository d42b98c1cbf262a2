// Summaries of messages outlive a restart in the index, which may be damaged or missing without any harm to the list.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createTimeSlice } from '../../../../core/lib/time-slice.ts';
import { openSummaryCache } from '../../../../core/mailbox/boxes/cache.ts';
import { formatCachedSummary, parseCachedSummary } from '../../../../core/mailbox/boxes/cached-summary.ts';
import { summarise } from '../../../../core/mailbox/reading/summary.ts';
import { takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { openMailStore } from '../../../../core/mailbox/store.ts';
import { tempDir } from '../../../support/temp-dir.ts';

function setUp(t: TestContext) {
  const home = tempDir(t);
  const maildir = join(home, 'Maildir');
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, part), { recursive: true });
  const indexPath = join(home, 'index/mail.sqlite');
  const log: string[] = [];
  return {
    indexPath,
    log,
    file: (name: string) => join(maildir, 'cur', name),
    /** Opens, lists, closes, as a host would that runs for a moment. */
    async subjects(): Promise<string[]> {
      const store = await openMailStore({
        maildir,
        clock: systemClock,
        hostName: 'h',
        takeApart: takeApartHere,
        log: line => log.push(line),
        indexPath,
      });
      const { rows } = await store.handlers['mail.list']({ mailbox: 'INBOX', offset: 0, limit: 500, query: '' });
      await store.close();
      return rows.map(row => row.subject);
    },
  };
}

test('cache: second start → summaries come from the index, not from the files', async t => {
  const at = setUp(t);
  writeFileSync(at.file('1.a.h:2,S'), 'Subject: kept\n\n');
  assert.deepEqual(await at.subjects(), ['kept']);
  // The same name and size, which never happens to a message: a reader of the file would notice.
  writeFileSync(at.file('1.a.h:2,S'), 'Subject: read\n\n');
  assert.deepEqual(await at.subjects(), ['kept']);
  rmSync(at.indexPath);
  assert.deepEqual(await at.subjects(), ['read']);
  assert.deepEqual(at.log, []);
});

test('cache: message removed and index kept → forgotten', async t => {
  const at = setUp(t);
  writeFileSync(at.file('1.a.h:2,S'), 'Subject: one\n\n');
  writeFileSync(at.file('2.b.h:2,S'), 'Subject: two\n\n');
  await at.subjects();
  rmSync(at.file('1.a.h:2,S'));
  assert.deepEqual(await at.subjects(), ['two']);
  const db = new DatabaseSync(at.indexPath);
  assert.deepEqual(
    db
      .prepare('SELECT name FROM summary')
      .all()
      .map(row => row.name),
    ['2.b.h'],
  );
  db.close();
});

test('cache.prune: some mailboxes are listed → their summaries stay, those of all others are forgotten', async t => {
  const path = join(tempDir(t), 'index/mail.sqlite');
  const log: string[] = [];
  const open = () => openSummaryCache({ path, clock: systemClock, log: line => log.push(line) });
  const first = open();
  const summary = summarise(Buffer.from('Subject: s\n\n'), { sizeBytes: 12, timeMs: 0 });
  for (const mailbox of ['INBOX', 'Lists', 'List', "it's"]) first.put(mailbox, '1.a.h', summary);
  first.close();
  const second = open();
  second.prune(['INBOX', "it's", 'not there']);
  second.close();
  const third = open();
  t.after(() => third.close());
  const kept: string[] = [];
  for (const mailbox of ['INBOX', 'Lists', 'List', "it's"]) {
    await third.load(mailbox, () => kept.push(mailbox) > 0, createTimeSlice());
  }
  assert.deepEqual(kept, ['INBOX', "it's"]);
  assert.deepEqual(log, []);
});

test('cache: a damaged or missing index → the same list, and a cache again afterwards', async t => {
  const damages: [what: string, damage: (path: string) => void][] = [
    [
      'not a database',
      path => writeFileSync(path, 'no database, just a text that is long enough to be a header'.repeat(200)),
    ],
    ['empty', path => truncateSync(path, 0)],
    ['cut short', path => truncateSync(path, 5000)],
    [
      'a directory instead',
      path => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
    ['another table', path => change(path, 'DROP TABLE summary; CREATE TABLE summary (other TEXT)')],
    ['another version', path => change(path, 'PRAGMA user_version = 99')],
    ['rows that are not ours', path => change(path, "UPDATE summary SET row = '[1,2,3]'")],
    ['rows that are not JSON', path => change(path, "UPDATE summary SET row = 'x'")],
    [
      'pages overwritten',
      path => {
        const bytes = readFileSync(path);
        writeFileSync(path, bytes.fill(0xff, 4096));
      },
    ],
  ];
  for (const [what, damage] of damages) {
    const at = setUp(t);
    for (let n = 0; n < 200; n++) {
      // The same time in name and file, so that the order is the same before the message is described.
      const seconds = 1_700_000_000 + n;
      writeFileSync(at.file(`${seconds}.a.h:2,S`), `Subject: ${n}\n\n`);
      utimesSync(at.file(`${seconds}.a.h:2,S`), seconds, seconds);
    }
    const expected = await at.subjects();
    assert.equal(expected[0], '199');
    damage(at.indexPath);
    assert.deepEqual(await at.subjects(), expected, what);
    assert.deepEqual(await at.subjects(), expected, `${what}, next start`);
  }
});

function change(path: string, sql: string): void {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
}

test('row: written and read → the same; anything else → refused', () => {
  const person = fc.record({ name: fc.string(), address: fc.string() }, { noNullPrototype: true });
  const summary = fc.record(
    {
      from: person,
      to: fc.array(person, { maxLength: 3 }),
      subject: fc.string(),
      preview: fc.string(),
      dateMs: fc.integer(),
      sizeBytes: fc.nat(),
      attachments: fc.boolean(),
    },
    { noNullPrototype: true },
  );
  fc.assert(fc.property(summary, value => assert.deepEqual(parseCachedSummary(formatCachedSummary(value)), value)));
  fc.assert(fc.property(fc.json(), text => assert.equal(parseCachedSummary(text), undefined)));
  const table = ['', '{', 'null', '[]', '[1,2,true,"s","p"]', '[1,2,true,"s","p","n"]', '[1,2,true,"s","p","n",5]'];
  for (const text of table) assert.equal(parseCachedSummary(text), undefined, text);
});
