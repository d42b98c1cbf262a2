// The machine's accounts as users: qmail-getpw's candidates, and passwd(5) lines.
import assert from 'node:assert/strict';
import { chownSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aliasOf, getpw } from '../../../../core/local/users/getpw.ts';
import { findSystemUser, namesMoreSources, parsePasswdLine } from '../../../../core/local/users/system-users.ts';
import { UserLookupError } from '../../../../core/local/users/user-lookup-error.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const lookups: [local: string, found: string | undefined, tried: string[]][] = [
  ['bench', 'bench||', ['bench']],
  ['Bench', 'bench||', ['bench']],
  ['bench-', 'bench|-|', ['bench-', 'bench']],
  ['Bench-Foo-Bar', 'bench-foo|-|Bar', ['bench-foo-bar', 'bench-foo']],
  ['bench-x-Foo', 'bench|-|x-Foo', ['bench-x-foo', 'bench-x', 'bench']],
  ['ALIAS-Foo-Bar', 'alias|-|Foo-Bar', ['alias-foo-bar', 'alias-foo', 'alias']],
  ['root', undefined, ['root']],
  ['moved', undefined, ['moved']],
  ['stolen-x', undefined, ['stolen-x', 'stolen']],
  ['-x', undefined, ['-x', '']],
  ['', undefined, ['']],
  [`${'a'.repeat(31)}-x`, undefined, ['a'.repeat(31)]],
  [`${'a'.repeat(32)}-x`, undefined, []],
];

for (const [local, found, tried] of lookups) {
  test(`getpw: local.md 1 and vector 9, ${local || 'nothing'} → ${found ?? 'no user'}`, t => {
    const home = tempDir(t);
    if (process.getuid?.() === 0) chownSync(home, 4242, 50); // root's own home would belong to no user
    const { uid } = statSync(home);
    const homes: Readonly<Record<string, string>> = {
      bench: home,
      'bench-foo': home,
      alias: home,
      root: home,
      moved: join(home, 'nowhere'),
      stolen: '/',
    };
    const { assignment, steps } = getpw(local, name => {
      const homeDir = homes[name];
      return homeDir === undefined ? undefined : { name, uid: name === 'root' ? 0 : uid, gid: 50, homeDir };
    });
    assert.equal(assignment && [assignment.user, assignment.dash, assignment.ext].join('|'), found);
    assert.deepEqual(
      steps.map(({ name }) => name),
      tried,
    );
  });
}

test('getpw: the directory service is away → 118', () => {
  const broken = () => {
    throw new Error('away');
  };
  assert.throws(
    () => getpw('x', broken),
    (error: unknown) => error instanceof UserLookupError && error.code === 118,
  );
});

test('aliasOf: local.md vector 9 → the whole local part is the extension', () => {
  const alias = { name: 'alias', uid: 1, gid: 2, homeDir: '/var/qmail/alias' };
  const expected = { user: 'alias', uid: 1, gid: 2, homeDir: '/var/qmail/alias', dash: '-', ext: 'Foo-Bar' };
  assert.deepEqual(aliasOf(alias, 'Foo-Bar'), expected);
});

const lines: [line: string, home: string | undefined][] = [
  ['joe:x:5001:50:Joe,,,:/home/joe:/bin/sh', '/home/joe'],
  ['joe:x:5001:50::/home/joe', '/home/joe'],
  ['joe:x:5001:50:', undefined],
  ['joe:x:many:50::/home/joe:', undefined],
  ['+joe:x:5001:50::/home/joe:', undefined],
  ['', undefined],
];
for (const [line, home] of lines) {
  test(`parsePasswdLine: ${line || 'an empty line'} → ${home ?? 'no account'}`, () => {
    assert.equal(parsePasswdLine(line)?.homeDir, home);
  });
}

test('findSystemUser: a passwd file → the first line of exactly this name', t => {
  const path = join(tempDir(t), 'passwd');
  writeFileSync(path, 'joe-x:x:1:1::/wrong:\njoe:x:5001:50::/home/joe:/bin/sh\njoe:x:1:1::/late:\n');
  assert.deepEqual(findSystemUser('joe', path), { name: 'joe', uid: 5001, gid: 50, homeDir: '/home/joe' });
  assert.equal(findSystemUser('jo', path), undefined);
});

const nsswitches: [text: string, more: boolean][] = [
  ['passwd:         files systemd\ngroup: files ldap\n', false],
  ['passwd: files ldap\n', true],
  ['passwd: compat # ldap\n', false],
  ['passwd: files [NOTFOUND=return] sss\n', true],
  ['# passwd: ldap\n', false],
  ['', false],
];
for (const [text, more] of nsswitches) {
  test(`namesMoreSources: ${JSON.stringify(text)} → ${more}`, () => assert.equal(namesMoreSources(text), more));
}
