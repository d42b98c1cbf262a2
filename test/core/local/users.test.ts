import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../../core/lib/user-error.ts';
import { createUsers, lookupAssign, ownerOf, parseAssign } from '../../../core/local/users.ts';
import { tempDir } from '../../support/temp-dir.ts';

const table = parseAssign(
  [
    '=fred:fred:60001:60001:/home/fred:::',
    '=FRED-Boss:joe:1:1:/home/joe:-:boss:',
    '=fred:second:2:2:/home/second:::',
    '+fred-:fred:60001:60001:/home/fred:-::',
    '+fred-lists-:lists:3:3:/home/lists:-:pre-:',
    '+:alias:7:8:/var/qmail/alias:-::ignored:more',
    '.',
    '=late:late:9:9:/home/late:::',
  ].join('\n'),
  'users/assign',
);

const lookups: [local: string, user: string, dash: string, ext: string][] = [
  ['fred', 'fred', '', ''],
  ['Fred', 'fred', '', ''],
  ['fred-boss', 'joe', '-', 'boss'],
  ['FRED-a-B', 'fred', '-', 'a-B'],
  ['fred-', 'fred', '-', ''],
  ['fred-Lists-Qmail', 'lists', '-', 'pre-Qmail'],
  ['Nobody', 'alias', '-', 'Nobody'],
  ['late', 'alias', '-', 'late'],
];
for (const [local, user, dash, ext] of lookups) {
  test(`lookupAssign: ${local} → ${user} ${dash}${ext}`, () => {
    const found = lookupAssign(table, local);
    assert.deepEqual([found?.user, found?.dash, found?.ext], [user, dash, ext]);
  });
}

test('lookupAssign: exact line → all six strings', () => {
  assert.deepEqual(lookupAssign(table, 'fred'), {
    user: 'fred',
    uid: 60001,
    gid: 60001,
    homeDir: '/home/fred',
    dash: '',
    ext: '',
  });
});

const broken: [what: string, text: string, error: RegExp][] = [
  ['no colon', 'fred\n.\n', /bad format in users\/assign: P:1$/],
  ['a line that starts with a colon', '=a:a:1:1:/a:::\n:b\n.\n', /P:2$/],
  ['fewer than six further colons', '=a:a:1:1:/a::\n.\n', /P:1$/],
  ['NUL in a line', '=a:a:1:1:/a:\0::\n.\n', /P:1$/],
  ['an empty line', '\n.\n', /P:1$/],
  ['a uid that is no number', '=a:a:root:1:/a:::\n.\n', /P:1$/],
  ['a home that is not absolute', '=a:a:1:1:home:::\n.\n', /P:1$/],
  ['no dot at the end', '=a:a:1:1:/a:::\n', /must end with a line that holds a dot/],
];
for (const [what, text, error] of broken) {
  test(`parseAssign: ${what} → refused by name of file and line`, () => {
    assert.throws(() => parseAssign(text, 'P'), { name: 'UserError', exitCode: 111, message: error });
  });
}

test('parseAssign: any text → a table or a UserError', () => {
  const piece = fc.oneof(fc.constantFrom('=', '+', ':', '.', '\n', '1', '/a', 'x', '\0', '-'), fc.string());
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      try {
        return parseAssign(`${pieces.join('')}\n.\n`, 'P').exact instanceof Map;
      } catch (error) {
        return error instanceof UserError;
      }
    }),
  );
});

test('lookupAssign: any local part under a prefix → the rest of it, as written, is the extension', () => {
  fc.assert(
    fc.property(fc.string(), rest => {
      const prefixes = parseAssign('+joe-:joe:1:1:/home/joe:-::\n.\n', 'P');
      assert.equal(lookupAssign(prefixes, `JOE-${rest}`)?.ext, rest);
    }),
  );
});

test('users: users/assign missing, written, replaced, broken → each lookup sees the file as it is', t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'users'));
  const path = join(home, 'users/assign');
  const users = createUsers(home);
  const seen = [users.lookup('a')?.user];
  writeFileSync(path, '=a:one:1:1:/a:::\n.\n');
  seen.push(users.lookup('a')?.user);
  writeFileSync(`${path}.tmp`, '=a:two:1:1:/a:::\n.\n');
  renameSync(`${path}.tmp`, path);
  seen.push(users.lookup('a')?.user);
  assert.deepEqual(seen, [undefined, 'one', 'two']);
  writeFileSync(path, 'nonsense\n');
  assert.throws(() => users.lookup('a'), UserError);
});

test('ownerOf: exact assignment of the user → that; wildcard or nothing → undefined', t => {
  const home = tempDir(t);
  assert.equal(ownerOf(home, 'ines'), undefined);
  mkdirSync(join(home, 'users'));
  writeFileSync(join(home, 'users/assign'), '+ines:x:1:1:/x:-::\n=ines:ines:1000:100:/home/ines:::\n.\n');
  assert.equal(ownerOf(home, 'ines')?.homeDir, '/home/ines');
  assert.equal(ownerOf(home, 'ines-x'), undefined);
});
