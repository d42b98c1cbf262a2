// The check of alias' files, in the host's own process: whatever is there, the host goes on.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { lostAliases } from '../../../../core/host/problems/lost-aliases.ts';
import { makeFifo } from '../../../../core/lib/posix.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('lost aliases: a fifo, a directory and a very large file in alias/ → passed over at once; other files are checked', {
  skip: process.platform === 'win32',
}, t => {
  const home = tempDir(t);
  const control = writeControl(home, { me: 'here.example\n' });
  mkdirSync(join(home, 'alias'));
  makeFifo(join(home, 'alias/.qmail-fifo'), 0o644);
  mkdirSync(join(home, 'alias/.qmail-directory'));
  writeFileSync(join(home, 'alias/.qmail-large'), 'joe@old\n'.repeat(100_000));
  writeFileSync(join(home, 'alias/.qmail-postmaster'), '# first\njoe@old\n');
  assert.deepEqual(
    lostAliases(home, control).map(({ file, line }) => [file, line]),
    [['alias/.qmail-postmaster', 2]],
  );
});
