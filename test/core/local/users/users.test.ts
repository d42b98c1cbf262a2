// The user of an address: users/cdb, users/assign, the machine's accounts, alias.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { newUsers } from '../../../../core/local/users/qmail-newu.ts';
import type { FindSystemUser } from '../../../../core/local/users/system-users.ts';
import { UserLookupError } from '../../../../core/local/users/user-lookup-error.ts';
import { createUsers, ownerOf } from '../../../../core/local/users/users.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const assign = [
  '=fred:fred:60001:60001:/home/fred:::',
  '=FRED-Boss:joe:1:1:/home/joe:-:boss:',
  '=fred:second:2:2:/home/second:::',
  '+fred-:fred:60001:60001:/home/fred:-::',
  '+fred-lists-:lists:3:3:/home/lists:-:pre-:',
  '+:alias:7:8:/var/qmail/alias:-::ignored:more',
  '.',
  '=late:late:9:9:/home/late:::',
  '',
].join('\n');

function usersHome(t: TestContext, text: string | undefined = undefined): string {
  const home = tempDir(t);
  mkdirSync(join(home, 'users'));
  if (text !== undefined) writeFileSync(join(home, 'users/assign'), text);
  return home;
}

function codeOf(code: number, pattern = /^/) {
  return (error: unknown) => error instanceof UserLookupError && error.code === code && pattern.test(error.message);
}

const lookups: [local: string, line: string, user: string, dash: string, ext: string][] = [
  ['fred', '=fred', 'fred', '', ''],
  ['Fred', '=fred', 'fred', '', ''],
  ['fred-boss', '=fred-boss', 'joe', '-', 'boss'],
  ['FRED-a-B', '+fred-', 'fred', '-', 'a-B'],
  ['fred-', '+fred-', 'fred', '-', ''],
  ['fred-Lists-Qmail', '+fred-lists-', 'lists', '-', 'pre-Qmail'],
  ['fred-lists', '+fred-', 'fred', '-', 'lists'],
  ['Nobody', '+', 'alias', '-', 'Nobody'],
  ['late', '+', 'alias', '-', 'late'],
];
for (const [local, line, user, dash, ext] of lookups) {
  for (const from of ['assign', 'cdb'] as const) {
    test(`users: local.md 1, ${local} with users/${from} → ${line}: ${user} ${dash}${ext}`, async t => {
      const home = usersHome(t, assign);
      if (from === 'cdb') {
        await newUsers(home);
        writeFileSync(join(home, 'users/assign'), 'nonsense that nobody reads');
      }
      const { assignment, because } = createUsers({ home, processUid: 1000 }).find(local);
      assert.deepEqual(because, { from, line });
      assert.deepEqual([assignment.user, assignment.dash, assignment.ext], [user, dash, ext]);
    });
  }
}

test('users: an exact line → all six strings', t => {
  const { assignment } = createUsers({ home: usersHome(t, assign), processUid: 1000 }).find('fred');
  assert.deepEqual(assignment, { user: 'fred', uid: 60001, gid: 60001, homeDir: '/home/fred', dash: '', ext: '' });
});

test('users: a prefix that ends in a byte which the wildcards do not have → not looked for, as in qmail', t => {
  const home = usersHome(t, '+ABC:up:3:3:/h:-:p:\n+:alias:7:8:/a:-::\n.\n');
  assert.equal(createUsers({ home, processUid: 1000 }).find('abcd').assignment.user, 'alias');
});

test('users: any local part with a prefix → its rest, as written, is the extension', t => {
  const users = createUsers({ home: usersHome(t, '+joe-:joe:1:1:/home/joe:-::\n.\n'), processUid: 1000 });
  const byte = fc.integer({ min: 1, max: 255 }).map(code => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 20 }), rest => {
      assert.equal(users.find(`JOE-${rest.join('')}`).assignment.ext, rest.join(''));
    }),
    { numRuns: 50 },
  );
});

test('users: users/assign missing, written, replaced, broken, users/cdb made, removed → each lookup sees the files as they are', async t => {
  const home = usersHome(t);
  mkdirSync(join(home, 'alias'));
  const path = join(home, 'users/assign');
  const users = createUsers({ home, processUid: 1000 });
  const seen = [users.find('a').assignment.user];
  writeFileSync(path, '=a:one:1:1:/a:::\n.\n');
  seen.push(users.find('a').assignment.user);
  writeFileSync(`${path}.tmp`, '=a:two:1:1:/a:::\n.\n');
  renameSync(`${path}.tmp`, path);
  seen.push(users.find('a').assignment.user);
  await newUsers(home);
  writeFileSync(path, 'nonsense\n');
  seen.push(users.find('a').assignment.user);
  assert.deepEqual(seen, ['alias', 'one', 'two', 'two']);
  rmSync(join(home, 'users/cdb'));
  assert.throws(() => users.find('a'), codeOf(117, /bad format in users\/assign: .*assign:1: the line has no colon$/));
});

const badTables: [what: string, spoil: (path: string) => void][] = [
  ['cut off', path => truncateSync(path, 2100)],
  ['cut off by a byte', path => truncateSync(path, statSync(path).size - 1)],
  ['empty', path => truncateSync(path, 0)],
  ['a directory', path => replaceByDirectory(path)],
  ['without the record of wildcards', path => writeFileSync(path, encodeCdb([]))],
];
function replaceByDirectory(path: string): void {
  rmSync(path);
  mkdirSync(path);
}

for (const [what, spoil] of badTables) {
  test(`users: local.md 1, a users/cdb that is ${what} → 117, never another user's mail`, async t => {
    const home = usersHome(t, assign);
    await newUsers(home);
    spoil(join(home, 'users/cdb'));
    assert.throws(() => createUsers({ home, processUid: 1000 }).find('fred'), codeOf(117, /users\/cdb/));
  });
}

test('users: the directory users/ is missing, or is a file → unknown for now, and not delivered', t => {
  const home = usersHome(t, assign);
  const users = createUsers({ home, processUid: 1000 });
  const [there, away] = [join(home, 'users'), join(home, 'away')];
  assert.equal(users.find('fred').assignment.user, 'fred');
  mkdirSync(join(home, 'alias'));
  renameSync(there, away);
  assert.throws(() => users.find('fred'), codeOf(117, /unable to read users\/assign: .*users/));
  writeFileSync(there, '');
  assert.throws(() => users.find('fred'), codeOf(117));
  rmSync(there);
  renameSync(away, there);
  assert.equal(users.find('fred').assignment.user, 'fred');
});

test('users: a home that is not absolute, too few fields → refused for now', t => {
  const home = usersHome(t, '=a:a:1:1:home:::\n.\n');
  assert.throws(() => createUsers({ home, processUid: 1000 }).find('a'), codeOf(117, /does not begin with a \//));
  const record = (key: string, data: string) => ({ key: Buffer.from(key), data: Buffer.from(data) });
  writeFileSync(join(home, 'users/cdb'), encodeCdb([record('!a\0', 'a\x001\x001'), record('', '')]));
  assert.throws(() => createUsers({ home, processUid: 1000 }).find('a'), codeOf(112));
});

/** Accounts whose homes are directories of this process' own. */
function accounts(t: TestContext, homes: Readonly<Record<string, string>>): FindSystemUser {
  const root = tempDir(t);
  const uid = statSync(root).uid || 4242;
  for (const dir of ['own', 'alias']) mkdirSync(join(root, dir));
  return name => {
    const home = homes[name];
    return home === undefined
      ? undefined
      : { name, uid, gid: 50, homeDir: home.startsWith('/') ? home : join(root, home) };
  };
}

test('users: no assignment → root’s host asks for accounts and alias, a person’s uses the folder', t => {
  const home = usersHome(t);
  mkdirSync(join(home, 'alias'));
  const find: FindSystemUser = name => (name === 'root' ? { name, uid: 0, gid: 0, homeDir: '/root' } : undefined);
  for (const [processUid, tried] of [
    [
      0,
      [
        ['root-x', 'no account'],
        ['root', 'root'],
      ],
    ],
    [1000, []],
  ] as const) {
    const found = createUsers({ home, processUid, findSystemUser: find }).find('root-x');
    const { uid, gid } = statSync(join(home, 'alias'));
    assert.deepEqual(found.because, { from: 'alias', account: false });
    assert.deepEqual(found.assignment, {
      user: 'alias',
      uid,
      gid,
      homeDir: join(home, 'alias'),
      dash: '-',
      ext: 'root-x',
    });
    assert.deepEqual(
      found.tried.map(({ name, verdict }) => [name, verdict]),
      tried,
    );
  }
});

test('users: a host of root → the account alias counts where the folder is its home or is missing', t => {
  const home = usersHome(t);
  const elsewhere: FindSystemUser = name => (name === 'alias' ? { name, uid: 5, gid: 6, homeDir: '/a' } : undefined);
  const here: FindSystemUser = name =>
    name === 'alias' ? { name, uid: 5, gid: 6, homeDir: join(home, 'alias') } : undefined;
  const uidWith = (findSystemUser: FindSystemUser) => {
    const { assignment, because } = createUsers({ home, processUid: 0, findSystemUser }).find('x');
    return because.from === 'alias' && because.account ? assignment.homeDir : 'folder';
  };
  assert.equal(uidWith(elsewhere), '/a');
  mkdirSync(join(home, 'alias'));
  assert.deepEqual([uidWith(elsewhere), uidWith(here)], ['folder', join(home, 'alias')]);
});

test('users: no assignment, no account, no alias → 116; accounts that cannot be looked up → 118', t => {
  const home = usersHome(t);
  assert.throws(() => createUsers({ home, processUid: 1000 }).find('x'), codeOf(116));
  assert.throws(() => createUsers({ home, processUid: 0, findSystemUser: accounts(t, {}) }).find('x'), codeOf(116));
  const broken: FindSystemUser = () => {
    throw new Error('the directory service is away');
  };
  const users = createUsers({ home, processUid: 0, findSystemUser: broken });
  assert.throws(() => users.find('x'), codeOf(118, /away/));
});

test('ownerOf: exact assignment of the user → that; wildcard or nothing → undefined; a broken file → UserError', async t => {
  const home = usersHome(t);
  assert.equal(ownerOf(home, 'ines'), undefined);
  writeFileSync(join(home, 'users/assign'), '+ines:x:1:1:/x:-::\n=ines:ines:1000:100:/home/ines:::\n.\n');
  assert.equal(ownerOf(home, 'Ines')?.homeDir, '/home/ines');
  assert.equal(ownerOf(home, 'ines-x'), undefined);
  await newUsers(home);
  writeFileSync(join(home, 'users/assign'), 'nonsense\n');
  assert.equal(ownerOf(home, 'ines')?.homeDir, '/home/ines');
  rmSync(join(home, 'users/cdb'));
  assert.throws(() => ownerOf(home, 'ines'), UserError);
});

test('newUsers: users/cdb → readable by all, and the old one stays when users/assign is broken', async t => {
  const home = usersHome(t, assign);
  await newUsers(home);
  chmodSync(join(home, 'users/cdb'), 0o644);
  writeFileSync(join(home, 'users/assign'), '=a:b\n');
  await assert.rejects(newUsers(home), { exitCode: 111, message: /^bad format in users\/assign\n.*assign:1: / });
  assert.equal(createUsers({ home, processUid: 1000 }).find('fred').because.from, 'cdb');
});
