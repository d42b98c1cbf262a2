// The file with the certificates of an account's authorities: a path that a person has written, where anything can be.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { SecureContext } from 'node:tls';
import { parseAccount } from '../../../core/control/fetch/account-file.ts';
import { FetchFailure } from '../../../core/fetch/failure.ts';
import { contextOf } from '../../../core/fetch/secure.ts';
import { makeFifo } from '../../../core/lib/posix.ts';
import { issue } from '../../support/certificates.ts';
import { tempDir } from '../../support/temp-dir.ts';

function authorityAt(path: string): SecureContext {
  const { account } = parseAccount('provider', `protocol pop3\nserver mail.example\nauthority ${path}\n`);
  return contextOf(account);
}

test('fetch: a file of certificates → used', t => {
  const path = join(tempDir(t), 'ca.pem');
  writeFileSync(path, issue({ subject: 'Some CA', isCa: true }).cert);
  assert.ok(authorityAt(path));
});

const others: Record<string, (path: string) => void> = {
  nothing: () => {},
  'a directory': path => mkdirSync(path),
  'a very large file': path => writeFileSync(path, Buffer.alloc(5 * 1024 * 1024)),
};

for (const [what, create] of Object.entries(others)) {
  test(`fetch: ${what} where certificates should be → a failure that names it`, t => {
    const path = join(tempDir(t), 'ca.pem');
    create(path);
    assert.throws(
      () => authorityAt(path),
      (error: unknown) => error instanceof FetchFailure && error.kind === 'wrong' && error.message.includes(path),
    );
  });
}

test('fetch: a fifo where certificates should be → not waited for, and nothing is read from it', {
  skip: process.platform === 'win32' && 'there are no fifos',
}, t => {
  const path = join(tempDir(t), 'ca.pem');
  makeFifo(path, 0o600);
  const writer = spawn('sh', ['-c', 'echo certificates > "$1"', 'sh', path], { stdio: 'ignore' });
  t.after(() => void writer.kill());
  assert.throws(() => authorityAt(path), FetchFailure);
});
