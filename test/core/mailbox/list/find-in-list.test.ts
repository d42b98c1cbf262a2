// Ranges, positions and flags of messages that the window asks for by id, while other programs rename and remove them.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../../core/lib/clock.ts';
import { takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { openMailStore } from '../../../../core/mailbox/store.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const id = (number: number) => `INBOX/${1_700_000_000 + number}.x.h`;

/** A store whose inbox has the messages 0 to `count` − 1, the highest number the newest. */
async function open(t: TestContext, count: number) {
  const maildir = join(tempDir(t), 'Maildir');
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(maildir, part), { recursive: true });
  const file = (number: number) => join(maildir, 'new', id(number).slice('INBOX/'.length));
  for (let number = 0; number < count; number++) {
    // With the date that the name has, so that the order is the same before it is known.
    const date = new Date((1_700_000_000 + number) * 1000).toUTCString();
    writeFileSync(file(number), `From: ${number % 2 ? 'odd' : 'even'}@x.example\nDate: ${date}\nSubject: s\n\nx\n`);
  }
  const store = await openMailStore({
    maildir,
    clock: systemClock,
    hostName: 'reader.example',
    log: () => {},
    takeApart: takeApartHere,
    indexPath: undefined,
  });
  t.after(() => store.close());
  const { handlers } = store;
  return {
    handlers,
    file,
    async ids(from: number | null, to: number | null, query = '') {
      const asked = { mailbox: 'INBOX', query, from: from === null ? null : id(from), to: to === null ? null : id(to) };
      return (await handlers['mail.ids'](asked)).ids;
    },
    async position(number: number, query = '') {
      return (await handlers['mail.position']({ mailbox: 'INBOX', query, id: id(number) })).index;
    },
  };
}

test('mail.ids: from one to another, either way, open ends, within a search → in the order of the list', async t => {
  const { ids } = await open(t, 700);
  const numbers = (first: number, last: number, step = 1) =>
    Array.from({ length: (first - last) / step + 1 }, (_, n) => id(first - n * step));
  assert.deepEqual(await ids(650, 20), numbers(650, 20));
  assert.deepEqual(await ids(20, 650), numbers(650, 20));
  assert.deepEqual(await ids(30, null), numbers(30, 0));
  assert.deepEqual(await ids(null, 690), numbers(699, 690));
  assert.deepEqual(await ids(null, null), numbers(699, 0));
  assert.deepEqual(await ids(691, 601, 'odd'), numbers(691, 601, 2));
  assert.deepEqual(await ids(null, null, 'nobody'), []);
});

test('mail.ids: an end of the range that is gone, or not in the search → the other end; both → nothing', async t => {
  const { ids } = await open(t, 10);
  assert.deepEqual(await ids(3, 99), [id(3)]);
  assert.deepEqual(await ids(99, 5, 'odd'), [id(5)]);
  assert.deepEqual(await ids(98, 99), []);
  assert.deepEqual(await ids(2, 4, 'odd'), []);
});

test('mail.position: in the mailbox, in a search, nowhere', async t => {
  const { position } = await open(t, 700);
  assert.deepEqual(
    [await position(699), await position(0), await position(0, 'even'), await position(0, 'odd'), await position(999)],
    [0, 699, 349, null, null],
  );
});

test('mail.ids, mail.position: a usual mailbox that is not there yet → empty; any other → refused', async t => {
  const { handlers } = await open(t, 1);
  const asked = { mailbox: 'Trash', query: '', from: null, to: null };
  assert.deepEqual(await handlers['mail.ids'](asked), { ids: [] });
  assert.deepEqual(await handlers['mail.position']({ ...asked, id: id(0) }), { index: null });
  await assert.rejects(handlers['mail.ids']({ ...asked, mailbox: 'nowhere' }), /no mailbox nowhere/);
});

test('mail.flags: there, renamed by another program, taken away by it → its flags, or null', async t => {
  const { handlers, file } = await open(t, 3);
  const flags = async () => (await handlers['mail.flags']({ ids: [id(0), id(1), id(2), 'Nowhere/1.x.h'] })).flags;
  assert.deepEqual(await flags(), [[], [], [], null]);
  renameSync(file(1), `${file(1).replace('/new/', '/cur/')}:2,FSa`);
  rmSync(file(2));
  await until('both changes to be seen', async () => (await flags())[2] === null && (await flags())[1]?.length);
  assert.deepEqual(await flags(), [[], ['F', 'S'], null, null]);
});
