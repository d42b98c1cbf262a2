// The control files that deliveries need: always as they are now, and never guessed when they are gone.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDeliveryControl } from '../../../core/control/delivery-control.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('openDeliveryControl: changed, created, removed → seen at once; nothing changed → the same value; no directory → an error', async t => {
  const home = tempDir(t);
  const path = (name: string) => join(home, 'control', name);
  mkdirSync(path(''));
  const read = openDeliveryControl(home);
  assert.deepEqual(read(), { adminAddress: undefined, defaultDelivery: './Mailbox', programTimeoutSec: undefined });
  writeFileSync(path('defaultdelivery'), './Maildir/\n');
  assert.equal(read().defaultDelivery, './Maildir/');
  await until('the same value, as the files are old enough', () => isKept(read));
  writeFileSync(path('defaultdelivery'), './Maildib/\n');
  utimesSync(path('defaultdelivery'), 1, 1);
  writeFileSync(path('programtimeout'), '7\n');
  writeFileSync(path('adminaddr'), 'ann\n');
  assert.deepEqual(read(), { adminAddress: 'ann', defaultDelivery: './Maildib/', programTimeoutSec: 7 });
  await until('the same value again', () => isKept(read));
  rmSync(path('programtimeout'));
  assert.equal(read().programTimeoutSec, undefined);
  renameSync(path(''), join(home, 'away'));
  assert.throws(read, /no control directory/);
});

function isKept(read: () => unknown): boolean {
  const first = read();
  return read() === first;
}
