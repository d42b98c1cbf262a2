// Which .qmail file serves an extension, and which sender its forwards get (local.md 2 and 11).
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { dotQmailCandidates, findDotQmail, findNewSender } from '../../../../core/local/rules/find-dot-qmail.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const searches: [ext: string, file: string, defaultPart: string | undefined][] = [
  ['foo-bar', '.qmail-foo-bar', undefined],
  ['FOO-BAR', '.qmail-foo-bar', undefined],
  ['foo-baz', '.qmail-foo-default', 'baz'],
  ['Foo-Baz-Qux', '.qmail-foo-default', 'Baz-Qux'],
  ['foo', '.qmail-default', 'foo'],
  ['a.b', '.qmail-a:b', undefined],
  ['A.B', '.qmail-a:b', undefined],
  ['', '.qmail-default', ''],
  ['foo-default', '.qmail-foo-default', 'default'],
  ['Foo-DEFAULT', '.qmail-foo-default', 'DEFAULT'],
];
for (const [ext, file, defaultPart] of searches) {
  test(`findDotQmail: local.md 2, extension "${ext}" → ${file}`, t => {
    const homeDir = tempDir(t);
    for (const name of ['-foo-bar', '-foo-default', '-default', '-a:b'])
      writeFileSync(`${homeDir}/.qmail${name}`, name);
    const found = findDotQmail({ homeDir, dash: '-', ext });
    assert.ok(found && 'file' in found);
    assert.deepEqual([found.file.path, found.file.defaultPart], [join(homeDir, file), defaultPart]);
  });
}

test('findDotQmail: directories are passed over; nothing left → undefined', t => {
  const homeDir = tempDir(t);
  mkdirSync(join(homeDir, '.qmail-foo'));
  assert.equal(findDotQmail({ homeDir, dash: '-', ext: 'foo' }), undefined);
});

test('dotQmailCandidates: no dash, no extension → .qmail and .qmaildefault', () => {
  assert.deepEqual(
    dotQmailCandidates('', '').map(c => c.name),
    ['.qmail', '.qmaildefault'],
  );
});

test('dotQmailCandidates: more dashes than a file name can hold → only names that a file can have', () => {
  const candidates = dotQmailCandidates('-', 'a-'.repeat(435));
  assert.ok(candidates.length > 100 && candidates.length < 130, String(candidates.length));
  assert.equal(candidates.at(-1)?.name, '.qmail-default');
  assert.deepEqual(dotQmailCandidates('-', 'x'.repeat(300)), [
    { name: '.qmail-default', defaultPart: 'x'.repeat(300) },
  ]);
});

test('dotQmailCandidates: any address → no name contains a dot of the address', () => {
  fc.assert(
    fc.property(fc.string(), ext => {
      for (const { name } of dotQmailCandidates('-', ext)) assert.equal(name.lastIndexOf('.'), 0);
    }),
  );
});

const owners: [files: string[], sender: string, newSender: string][] = [
  [[], 's@h', 's@h'],
  [['-list-owner'], 's@h', 'joe-list-owner@host'],
  [['-list-owner', '-list-owner-default'], 's@h', 'joe-list-owner-@host-@[]'],
  [['-list-owner-default'], 's@h', 's@h'],
  [['-list-owner', '-list-owner-default'], '', ''],
  [['-list-owner', '-list-owner-default'], '#@[]', '#@[]'],
];
for (const [files, sender, newSender] of owners) {
  test(`findNewSender: local.md 11, files ${files.join(' ') || 'none'}, sender <${sender}> → <${newSender}>`, t => {
    const homeDir = tempDir(t);
    for (const name of files) writeFileSync(`${homeDir}/.qmail${name}`, '');
    const where = { homeDir, dash: '-', ext: 'list', local: 'joe-list', host: 'host', sender };
    assert.deepEqual(findNewSender(where), { newSender });
  });
}
