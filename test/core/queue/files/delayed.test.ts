// delayed/N: what was noted is found again, for the same message only, whatever a crash has left of it.
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createDirectorySync } from '../../../../core/lib/disk/directory-sync.ts';
import { forgetGone } from '../../../../core/queue/files/beside.ts';
import { appendDelayed, readDelayed } from '../../../../core/queue/files/delayed.ts';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const sync = createDirectorySync();

function queueWith(t: TestContext, firstLine: string) {
  const layout = queueLayout(tempDir(t));
  makeQueueDirs(layout);
  mkdirSync(dirname(layout.mess(7)), { recursive: true });
  writeFileSync(layout.mess(7), `${firstLine}\n\nHi.\n`);
  return layout;
}

test('delayed: recipients are noted at two times → all of them are read', async t => {
  const layout = queueWith(t, 'Received: (qmail 1)');
  assert.deepEqual(readDelayed(layout, 7), new Set());
  await appendDelayed(layout, sync, 7, ['remote a@x', 'remote b@x']);
  await appendDelayed(layout, sync, 7, ['local c@y']);
  assert.deepEqual(readDelayed(layout, 7), new Set(['remote a@x', 'remote b@x', '', 'local c@y']));
});

test('delayed: the number belongs to another message now → nobody was told, and the file is replaced', async t => {
  const layout = queueWith(t, 'Received: (qmail 1)');
  await appendDelayed(layout, sync, 7, ['remote a@x']);
  writeFileSync(layout.mess(7), 'Received: (qmail 2)\n\nHi.\n');
  assert.deepEqual(readDelayed(layout, 7), new Set());
  await appendDelayed(layout, sync, 7, ['remote b@x']);
  assert.equal(readFileSync(layout.delayed(7), 'latin1'), 'Received: (qmail 2)\0remote b@x\0');
});

test('delayed: the file ends in half a record → only that one is lost', async t => {
  const layout = queueWith(t, 'Received: (qmail 1)');
  await appendDelayed(layout, sync, 7, ['remote a@x']);
  appendFileSync(layout.delayed(7), 'remote b');
  await appendDelayed(layout, sync, 7, ['remote c@x']);
  const read = readDelayed(layout, 7);
  assert.deepEqual(
    ['remote a@x', 'remote b@x', 'remote c@x'].map(key => read.has(key)),
    [true, false, true],
  );
});

test('forgetGone: files of messages that are gone → removed; others stay', t => {
  const layout = queueWith(t, 'Received: (qmail 1)');
  for (const id of [7, 8]) writeFileSync(layout.delayed(id), 'Received: (qmail 1)\0remote a@x\0');
  forgetGone(layout, layout.delayedDir);
  assert.deepEqual([existsSync(layout.delayed(7)), existsSync(layout.delayed(8))], [true, false]);
});
