// A file is read whole within a limit; what is no regular file, or has no end, is refused without waiting.
import assert from 'node:assert/strict';
import { closeSync, mkdirSync, openSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { longestText, readIfThere, readWholeFile } from '../../../../core/lib/disk/read-whole-file.ts';
import { makeFifo } from '../../../../core/lib/posix.ts';
import { tempDir } from '../../../support/temp-dir.ts';

test('read whole file: a file, a link to one, an empty device → their bytes; no file → undefined', t => {
  const at = (name: string) => join(directory, name);
  const directory = tempDir(t);
  writeFileSync(at('file'), 'text');
  symlinkSync('file', at('link'));
  symlinkSync('/dev/null', at('null'));
  assert.deepEqual(
    ['file', 'link', 'null', 'none'].map(name => readIfThere(at(name))?.toString()),
    ['text', 'text', '', undefined],
  );
});

test('read whole file: a fifo, an endless device, a directory, a file over the limit → refused at once, with what it is', t => {
  const directory = tempDir(t);
  const at = (name: string) => join(directory, name);
  makeFifo(at('fifo'), 0o600);
  symlinkSync('/dev/zero', at('zero'));
  mkdirSync(at('directory'));
  closeSync(openSync(at('large'), 'w'));
  truncateSync(at('large'), longestText + 1);
  for (const [name, why] of [
    ['fifo', /^it is a fifo, not a file$/],
    ['zero', /^it is a device, not a file$/],
    ['directory', /EISDIR/],
    ['large', /^it is too large: 16777217 bytes, of at most 16777216$/],
  ] as const) {
    assert.throws(
      () => readWholeFile(at(name), longestText),
      (error: Error) => why.test(error.message),
      name,
    );
  }
});
