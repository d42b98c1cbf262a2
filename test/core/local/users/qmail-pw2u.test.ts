// users/assign from accounts. The expected texts are notqmail's.
import assert from 'node:assert/strict';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { assignFromPasswd, parsePw2uArguments } from '../../../../core/local/users/qmail-pw2u.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const passwd = [
  'root:x:0:0::/:/bin/sh',
  'alias:x:1001:1002::/home:/bin/sh',
  'u1:x:5001:50::/home:/bin/sh',
  'Upper:x:5002:50::/home:/bin/sh',
  'short:x:5003:50:',
  '',
].join('\n');

/** Runs it on accounts whose homes need not exist, unless an argument says otherwise. */
function pw2u(t: TestContext, args: readonly string[], files: Readonly<Record<string, string>> = {}, text = passwd) {
  const home = tempDir(t);
  mkdirSync(join(home, 'users'));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(home, 'users', name), content);
  const options = parsePw2uArguments(['-H', ...args]);
  assert.ok(options);
  return assignFromPasswd(home, text, options).split('\n').slice(0, -1);
}

const alias = ['+:alias:1001:1002:/home:-::', '=alias:alias:1001:1002:/home:::', '+alias-:alias:1001:1002:/home:-::'];
const u1 = ['=u1:u1:5001:50:/home:::', '+u1-:u1:5001:50:/home:-::'];

const runs: [what: string, args: string[], files: Record<string, string>, expected: string[]][] = [
  ['accounts with an alias (vector 10)', [], {}, [...alias, ...u1, '.']],
  ['-u', ['-u'], {}, [...alias, ...u1, '=Upper:Upper:5002:50:/home:::', '+Upper-:Upper:5002:50:/home:-::', '.']],
  ['-C', ['-C'], {}, [alias[0] as string, alias[1] as string, u1[0] as string, '.']],
  [
    '-c+',
    ['-c+'],
    { include: 'alias\n' },
    [alias[0] as string, alias[1] as string, '+alias+:alias:1001:1002:/home:-::', '.'],
  ],
  ['-/', ['-/'], { exclude: '# who does not want\nU1\n' }, alias.map(line => line.replace(':-:', ':-/:')).concat('.')],
  ['include', [], { include: 'ALIAS\n' }, [...alias, '.']],
  [
    'mailnames',
    ['-C'],
    { mailnames: 'u1:joe::j:\nalias:\n' },
    [alias[0] as string, '=joe:u1:5001:50:/home:::', '=j:u1:5001:50:/home:::', '.'],
  ],
  [
    'subusers',
    [],
    { subusers: 'sales:u1:s:\nhalf:u1\n' },
    [...alias, ...u1, '=sales:u1:5001:50:/home:-:s:', '+sales-:u1:5001:50:/home:-:s-:', '.'],
  ],
  [
    'append',
    [],
    { append: '=x:y:1:1:/z:::\n# no comment here' },
    [...alias, ...u1, '=x:y:1:1:/z:::', '# no comment here.'],
  ],
];
for (const [what, args, files, expected] of runs) {
  test(`qmail-pw2u: local.md 1, ${what} → ${expected.length} lines`, t => {
    assert.deepEqual(pw2u(t, args, files), expected);
  });
}

test('qmail-pw2u: homes → left out if missing or of another, -h stops at a missing one', t => {
  const own = tempDir(t);
  const { uid } = statSync(own);
  const account = uid || 4242; // root's accounts are left out anyway
  const text = `alias:x:${account}:1::${uid === 0 ? '/' : own}:\ngone:x:${account}:1::/nonexistent:\nu:x:${account}:1::/:\n`;
  assert.deepEqual(pw2u(t, ['-C'], {}, text).filter(line => line.startsWith('=')).length, 3);
  if (uid !== 0) assert.deepEqual(pw2u(t, ['-oC'], {}, text).filter(line => line.startsWith('=')).length, 1);
  assert.throws(() => pw2u(t, ['-h'], {}, text.replace(/alias.*\n/, '')), { message: 'unable to stat /nonexistent' });
});

test('qmail-pw2u: no alias, a subuser without a user → refused with 111', t => {
  const message = 'unable to find alias user';
  assert.throws(() => pw2u(t, [], {}, 'u1:x:5001:50::/home:\n'), { exitCode: 111, message });
  const subusers = 'sales:nobody:s:\n';
  assert.throws(() => pw2u(t, [], { subusers }), { exitCode: 111, message: 'unable to find nobody user for subuser' });
});

test('parsePw2uArguments: bundles, values, the last of two, where options end, what is none', () => {
  const parsed = [['-oC'], ['-c', '+x'], ['-c.', '-U'], ['-hH'], ['--', '-x'], ['file', '-x'], ['-x'], ['-c']].map(
    args => {
      const options = parsePw2uArguments(args);
      return options && `${options.home} ${options.breakChar} ${options.dash}`;
    },
  );
  const usual = 'skip - -';
  assert.deepEqual(parsed, ['skip  -', 'skip + -', 'skip . -', 'ignore - -', usual, usual, undefined, undefined]);
});
