// The message list fetches what is on screen, and keeps its place while mail arrives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Flag, MessageRow } from '../../../../core/api/mail.ts';
import { changedFlags, neighbour, withoutIds } from '../../../../renderer/models/mail/loaded-rows.ts';
import { createMessageList } from '../../../../renderer/models/mail/message-list.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers, settled } from '../../support/fake-timers.ts';

const someone = { name: 'A', address: 'a@x.example' };

function row(name: string, flags: Flag[] = []): MessageRow {
  const id = `INBOX/${name}`;
  return { id, from: someone, to: [], subject: name, preview: '', dateMs: 0, sizeBytes: 1, flags, attachments: false };
}

function setUp(count: number) {
  const timers = fakeTimers();
  let mailbox = Array.from({ length: count }, (_, n) => row(String(n)));
  const host = fakeApi({
    'mail.list': ({ offset = 0, limit = 100, query = '' }) => {
      const found = mailbox.filter(each => each.subject.includes(query));
      return { total: found.length, unread: found.length, rows: found.slice(offset, offset + limit) };
    },
  });
  const list = createMessageList({
    api: host.api,
    timers,
    toasts: createToasts(timers),
    preferences: { get: () => undefined, set: () => {} },
  });
  return {
    list,
    timers,
    asked: host.asked,
    async change(next: (rows: MessageRow[]) => MessageRow[]) {
      mailbox = next(mailbox);
      host.tell('mail.changed', { mailboxes: [] });
      await settled();
    },
  };
}

const offsets = (asked: readonly (readonly [string, unknown])[]) =>
  asked.map(([, request]) => (request as { offset: number }).offset);

test('message list: 100,000 messages → fetched in pages, as far as they are looked at', async () => {
  const { list, asked } = setUp(100_000);
  await settled();
  assert.deepEqual([list.total.value, list.rows.value.size], [100_000, 100]);
  list.want(50_000, 50_012);
  list.want(50_095, 50_107);
  await settled();
  assert.deepEqual(offsets(asked), [0, 50_000, 50_100]);
  assert.equal(list.rows.value.get(50_100)?.subject, '50100');
});

test('message list: new mail while scrolled down → shifted by as much; the active message stays active', async () => {
  const { list, change } = setUp(1_000);
  await settled();
  list.want(500, 512);
  await settled();
  list.activate({ id: 'INBOX/505', index: 505 });
  await change(rows => [row('new 1'), row('new 2'), ...rows]);
  assert.equal(list.shift.value, 2);
  assert.equal(list.rows.value.get(502)?.subject, '500');
  assert.deepEqual(list.active.value, { id: 'INBOX/505', index: 507 });
});

test('message list: so much new mail that the page is another one → still found', async () => {
  const { list, change } = setUp(1_000);
  await settled();
  list.want(500, 512);
  await settled();
  await change(rows => [...Array.from({ length: 250 }, (_, n) => row(`new ${n}`)), ...rows]);
  assert.equal(list.shift.value, 250);
  assert.equal(list.rows.value.get(750)?.subject, '500');
});

test('message list: at the top new mail is seen, nothing is shifted', async () => {
  const { list, change } = setUp(10);
  await settled();
  list.activate({ id: 'INBOX/3', index: 3 });
  await change(rows => [row('new'), ...rows]);
  assert.deepEqual([list.shift.value, list.rows.value.get(0)?.subject], [0, 'new']);
  assert.deepEqual(list.active.value, { id: 'INBOX/3', index: 4 });
});

test('message list: the active message is taken away elsewhere → no other one becomes active by itself', async () => {
  const { list, change } = setUp(10);
  await settled();
  list.activate({ id: 'INBOX/3', index: 3 });
  await change(rows => rows.filter(each => each.subject !== '3'));
  assert.equal(list.active.value, undefined);
});

test('message list: search → asked once typing paused, answers to older words are dropped', async () => {
  const { list, timers, asked } = setUp(30);
  await settled();
  list.search('1');
  await timers.pass(100);
  list.search('12');
  await timers.pass(150);
  assert.deepEqual(
    asked.map(([, request]) => (request as { query: string }).query),
    ['', '12'],
  );
  assert.deepEqual([list.total.value, list.rows.value.get(0)?.subject], [1, '12']);
});

test('withoutIds: rows move up past those that go', () => {
  const rows = new Map([0, 1, 2, 3].map(n => [n, row(String(n))] as const));
  const left = withoutIds(rows, new Set(['INBOX/1', 'INBOX/2']));
  assert.deepEqual(
    [...left].map(([index, each]) => [index, each.subject]),
    [
      [0, '0'],
      [1, '3'],
    ],
  );
});

test('neighbour: the next below, else the nearest above', () => {
  const rows = new Map([0, 1, 2, 3].map(n => [n, row(String(n))] as const));
  const next = (active: number, ...leaving: number[]) =>
    neighbour(rows, active, new Set(leaving.map(n => `INBOX/${n}`)))?.subject;
  assert.deepEqual([next(1, 1), next(1, 1, 2), next(3, 3), next(0, 0, 1, 2, 3)], ['2', '3', '2', undefined]);
});

test('changedFlags: in the order of a Maildir name', () => {
  assert.deepEqual(changedFlags(['S', 'R'], ['F'], ['R']), ['F', 'S']);
});
