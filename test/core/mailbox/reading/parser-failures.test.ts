// A message that cannot be parsed is listed with the reason, and the others are read as usual.
import assert from 'node:assert/strict';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ApiError } from '../../../../core/api/errors.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { ParseFailure } from '../../../../core/lib/process/parse-failure.ts';
import { type TakeApart, takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { openMailStore } from '../../../../core/mailbox/store.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** A Maildir of 100 messages, and one whose body makes the parser fail, as long as `failing` says so. */
function place(t: TestContext) {
  const home = tempDir(t);
  const maildir = join(home, 'Maildir');
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, part), { recursive: true });
  for (let i = 0; i < 100; i++) writeFileSync(join(maildir, 'cur', `${i}.m.h:2,S`), `Subject: fine ${i}\n\nx\n`);
  writeFileSync(join(maildir, 'cur', '100.bad.h:2,S'), 'From: a@b.example\nSubject: bad\n\nguilty\n');
  const state = { failing: new ParseFailure('message', 'it took longer than 3 seconds') as ParseFailure | undefined };
  const asked: number[] = [];
  const judged = (raw: Buffer): void => {
    if (state.failing?.because === 'away' || (state.failing && raw.includes('guilty'))) throw state.failing;
  };
  const takeApart: TakeApart = {
    async summaries(starts) {
      asked.push(starts.length);
      for (const { raw } of starts) judged(raw);
      return takeApartHere.summaries(starts);
    },
    async content(raw, sizeBytes) {
      judged(raw);
      return takeApartHere.content(raw, sizeBytes);
    },
    async attachment(raw, sizeBytes, part) {
      judged(raw);
      return takeApartHere.attachment(raw, sizeBytes, part);
    },
  };
  return {
    maildir,
    asked,
    state,
    async open() {
      const store = await openMailStore({
        maildir,
        clock: systemClock,
        hostName: 'h',
        log: () => {},
        takeApart,
        indexPath: join(home, 'index/mail.sqlite'),
      });
      t.after(() => store.close());
      const rows = async (query = '') =>
        (await store.handlers['mail.list']({ mailbox: 'INBOX', offset: 0, limit: 200, query })).rows;
      return { ...store, rows };
    },
  };
}

const id = 'INBOX/100.bad.h';
const why = 'This message cannot be parsed: it took longer than 3 seconds. You can still view its source.';

test('parser failure: one message of many → listed with its header and the reason; the others as usual', async t => {
  const { open, asked } = place(t);
  const store = await open();
  const [bad] = await store.rows('bad');
  assert.deepEqual([bad?.subject, bad?.from.address, bad?.preview], ['bad', 'a@b.example', why]);
  assert.equal((await store.rows('fine')).length, 100);
  const { text, subject, files } = await store.handlers['mail.read']({ id });
  assert.deepEqual([text, subject, files], [why, 'bad', []]);
  await assert.rejects(
    store.handlers['mail.attachment']({ id, part: 0, offset: 0 }),
    (error: unknown) => error instanceof ApiError && error.kind === 'failed' && error.message === why,
  );
  assert.match((await store.handlers['mail.source']({ id })).text, /guilty/);
  assert.deepEqual(await store.handlers['mail.flag']({ ids: [id], add: ['F'], remove: [] }), { ids: [id] });
  await store.close();

  asked.length = 0;
  const again = await open();
  assert.equal((await again.rows('bad'))[0]?.preview, why);
  assert.deepEqual(asked, []);
});

test('parser failure: the message can be parsed when it is opened → its row is described too', async t => {
  const { open, state } = place(t);
  const store = await open();
  assert.equal((await store.rows('bad'))[0]?.preview, why);
  state.failing = undefined;
  assert.equal((await store.handlers['mail.read']({ id })).text.trim(), 'guilty');
  assert.equal((await store.rows('bad'))[0]?.preview, 'guilty');
  assert.deepEqual(await store.handlers['mail.remove']({ ids: [id] }), { removed: 1 });
});

test('parser failure: nothing can be parsed at the moment → listed as not looked at yet, and described later', async t => {
  const { open, state } = place(t);
  state.failing = new ParseFailure('away', 'the program for that cannot be started');
  const store = await open();
  const rows = await store.rows();
  assert.deepEqual([rows.length, new Set(rows.map(row => row.preview)).size], [101, 1]);
  assert.equal(rows[0]?.preview, 'This message has not been looked at yet.');
  state.failing = undefined;
  assert.ok((await store.rows()).some(row => row.subject === 'bad' && row.preview === 'guilty'));
});

test('guilty: a file of two gigabytes is to be answered → refused without reading it', async t => {
  const { open, maildir } = place(t);
  writeFileSync(join(maildir, 'cur', '101.big.h:2,S'), '');
  truncateSync(join(maildir, 'cur', '101.big.h:2,S'), 2 ** 31);
  const { files } = await open();
  await assert.rejects(
    files.raw('INBOX/101.big.h'),
    (error: unknown) => error instanceof ApiError && error.kind === 'refused',
  );
});
