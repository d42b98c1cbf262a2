// A message is durable before it is visible, and a move to another disk never loses it: the order of syncs and renames.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { writeMessage } from '../../../../core/mailbox/files/write.ts';
import { recordFs } from '../../../support/recorded-fs.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { message, place } from '../maildir-rig.ts';

function maildir(t: TestContext): string {
  const directory = join(tempDir(t), 'Maildir');
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(directory, part), { recursive: true });
  return directory;
}

test('writeMessage: the file is synced before its rename, and the directory after it', async t => {
  const directory = maildir(t);
  const { steps } = recordFs(t, directory);
  await writeMessage(directory, '1.t', { place: 'new', name: '1.m' }, Buffer.from('Hello'));
  assert.deepEqual(steps, ['write tmp/1.t', 'sync tmp/1.t', 'rename tmp/1.t new/1.m', 'sync new']);
  assert.equal(readFileSync(join(directory, 'new/1.m'), 'utf8'), 'Hello');
});

test('writeMessage: a step fails → rejected, and nothing is left of the message', async t => {
  for (const [step, code] of [
    [/^write/, 'ENOSPC'],
    [/^sync tmp/, 'EIO'],
    [/^rename/, 'EACCES'],
  ] as const) {
    await t.test(String(step), async own => {
      const directory = maildir(own);
      const recorded = recordFs(own, directory);
      recorded.failOn(step, code);
      const written = writeMessage(directory, '1.t', { place: 'new', name: '1.m' }, Buffer.from('Hello'));
      await assert.rejects(written, { code });
      const left = ['tmp', 'new', 'cur'].flatMap(part => readdirSync(join(directory, part)));
      assert.deepEqual([left, recorded.steps.at(-1)], [[], 'remove tmp/1.t']);
    });
  }
});

test('mail.move: to a mailbox on another disk → a durable copy first, then the original goes', async t => {
  const { maildir: directory, open, put } = place(t, ['', '.Archive']);
  put('cur/1700000000.a.h:2,S', message('Berth', 1));
  const store = await open();
  const recorded = recordFs(t, directory);
  recorded.failOn(/^rename cur/, 'EXDEV');
  const { ids } = await store.handlers['mail.move']({ ids: ['INBOX/1700000000.a.h'], to: 'Archive' });
  const unique = ids[0]?.slice('Archive/'.length) ?? '';
  assert.deepEqual(recorded.steps, [
    `rename cur/1700000000.a.h:2,S .Archive/cur/${unique}:2,S`,
    `write .Archive/tmp/${unique}`,
    `sync .Archive/tmp/${unique}`,
    `rename .Archive/tmp/${unique} .Archive/cur/${unique}:2,S`,
    'sync .Archive/cur',
    'remove cur/1700000000.a.h:2,S',
  ]);
});
