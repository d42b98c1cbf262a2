// The list by date and by arrival, and its unread messages alone, stay in order while mail arrives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../support/until.ts';
import { list, message, place, subjects } from '../maildir-rig.ts';

test('mail.list: by date or by arrival → mail with an old date is seen; what comes later has its place in both', async t => {
  const at = place(t);
  at.put('cur/1700001000.a:2,S', message('first', 10));
  at.put('cur/1700002000.b:2,S', message('late', 1));
  at.put('cur/nodate:2,S', message('without a time in its name', 5));
  const store = await at.open();
  const both = async () => [await subjects(store), await subjects(store, { order: 'arrival' })];
  const noTime = 'without a time in its name';
  assert.deepEqual(await both(), [
    ['first', noTime, 'late'],
    [noTime, 'late', 'first'],
  ]);
  at.put('new/1700003000.c', message('later still', 0));
  await until('the new one', async () => (await list(store)).total === 4);
  assert.deepEqual(await both(), [
    ['first', noTime, 'late', 'later still'],
    [noTime, 'later still', 'late', 'first'],
  ]);
  await store.handlers['mail.remove']({ ids: ['INBOX/1700002000.b'] });
  assert.deepEqual(await both(), [
    ['first', noTime, 'later still'],
    [noTime, 'later still', 'first'],
  ]);
});

test('mail.list, mail.nextUnread: only what is unread, and the one being read; the next one, from there and from the top', async t => {
  const at = place(t);
  for (let n = 0; n < 6; n++) at.put(n % 2 ? `cur/${n}.x:2,S` : `new/${n}.x`, message(`mail ${n}`, n));
  const store = await at.open();
  const unread = { and: null };
  assert.deepEqual(await subjects(store, { unread }), ['mail 4', 'mail 2', 'mail 0']);
  assert.deepEqual(await subjects(store, { unread: { and: 'INBOX/3.x' } }), ['mail 4', 'mail 3', 'mail 2', 'mail 0']);
  assert.deepEqual(await subjects(store, { unread, query: 'mail 2' }), ['mail 2']);
  const { total, unread: count } = await list(store, { unread: { and: 'INBOX/3.x' } });
  assert.deepEqual([total, count], [4, 3]);
  const next = async (after: string | null, more: object = {}) =>
    (await store.handlers['mail.nextUnread']({ mailbox: 'INBOX', query: '', after, ...more })).next;
  assert.deepEqual(await next(null), { id: 'INBOX/4.x', index: 1 });
  assert.deepEqual(await next('INBOX/4.x'), { id: 'INBOX/2.x', index: 3 });
  assert.deepEqual(await next('INBOX/1.x'), { id: 'INBOX/0.x', index: 5 });
  assert.deepEqual(await next('INBOX/0.x'), { id: 'INBOX/4.x', index: 1 });
  assert.deepEqual(await next('INBOX/9.gone'), { id: 'INBOX/4.x', index: 1 });
  assert.deepEqual(await next('INBOX/2.x', { query: 'mail 2' }), null);
  await store.handlers['mail.flag']({ ids: ['INBOX/0.x', 'INBOX/2.x', 'INBOX/4.x'], add: ['S'], remove: [] });
  assert.deepEqual([await next(null), await subjects(store, { unread })], [null, []]);
});
