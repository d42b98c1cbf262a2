// The table of programs that tests run against: it is complete, and a program that cannot run is noticed.
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { without } from './support/programs.ts';
import { tempDir } from './support/temp-dir.ts';

const root = join(import.meta.dirname, '..');

test('.ci/programs: every program that a test asks for → has its line; every line → packages and a proof', () => {
  const lines = readFileSync(join(root, '.ci/programs'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'));
  const names = lines.map(line => /^([a-z0-9-]+) +[a-z0-9,-]+ +\S.*$/.exec(line)?.[1] ?? assert.fail(line));
  const asked = globSync('test/**/*.ts', { cwd: root }).flatMap(path =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/\bwithout\('([^']+)'\)/g)].map(([, name = '']) => name),
  );
  assert.deepEqual(
    asked.filter(name => !names.includes(name)),
    [],
  );
  const unknown = 'no-such-program';
  assert.throws(() => without(unknown), /no-such-program has no line in \.ci\/programs/);
});

test('without: a program that exists and lacks a module → cannot run, and says what would help', t => {
  const bin = tempDir(t);
  const script = (name: string, text: string) =>
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  script('git', `echo ${bin}`);
  script('git-send-email', 'exit 0');
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const why = 'git-send-email cannot run here (Debian: git-email libmailtools-perl)';
  script('perl', `case "$*" in *-MGit::LoadCPAN::Mail::Address*) exit 2 ;; esac`);
  assert.equal(without('git-send-email', env), why);
  assert.equal(without('git-send-email', { ...env, WAYPOST_TEST_PROGRAMS: 'required' }), false);
  script('perl', 'exit 0');
  assert.equal(without('git-send-email', env), false);
});
