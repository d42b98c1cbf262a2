// What waits for a link, in memory: a file that has come is read alone; a look finds all the others.
import assert from 'node:assert/strict';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFifo } from '../../../../core/lib/posix.ts';
import { createWaitingMail } from '../../../../core/link/spool/waiting.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('waiting mail: one file is said to have come → that one alone, once; a look → all; removed → gone', async t => {
  const maildir = tempDir(t);
  for (const place of ['new', 'cur']) mkdirSync(join(maildir, place));
  const put = (name: string) =>
    writeFileSync(join(maildir, name), 'Return-Path: <a@b>\nDelivered-To: link-site-c@d\nSubject: x\n\n');
  for (const name of ['new/one', 'new/two', 'cur/three']) put(name);
  const mail = createWaitingMail(maildir, 'link-site-', text => assert.fail(text));
  const names = () => [...mail.all()].map(({ name }) => name).sort();
  mail.arrived('new/two');
  mail.arrived('new/two');
  mail.arrived('new/never');
  assert.deepEqual([names(), mail.arrivals], [['new/two'], 1]);
  await mail.look();
  assert.deepEqual([names(), mail.arrivals], [['cur/three', 'new/one', 'new/two'], 3]);
  rmSync(join(maildir, 'new/one'));
  await mail.look();
  assert.deepEqual(names(), ['cur/three', 'new/two']);
});

test('waiting mail: a fifo and a directory among the files → passed over with a word, and nothing waits for them', async t => {
  const maildir = tempDir(t);
  for (const place of ['new', 'cur', 'new/dir']) mkdirSync(join(maildir, place));
  makeFifo(join(maildir, 'new/fifo'), 0o600);
  const said: string[] = [];
  const mail = createWaitingMail(maildir, 'link-site-', text => void said.push(text));
  await mail.look();
  await mail.look();
  assert.deepEqual([mail.count, said.length], [0, 2]);
  assert.match(said.find(text => text.includes('fifo')) ?? '', /it is a fifo/);
});
