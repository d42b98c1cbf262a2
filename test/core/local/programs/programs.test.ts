// The programs for .qmail lines, called as the host calls them (local.md 5).
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { builtinPrograms } from '../../../../core/host/builtin-programs.ts';
import { predate } from '../../../../core/local/programs/predate.ts';
import { preline } from '../../../../core/local/programs/preline.ts';
import { createQbiff } from '../../../../core/local/programs/qbiff.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { callProgram } from './call-rig.ts';
import { cases, usualEnv, usualMessage } from './cases.ts';

/** Without those that are undefined. */
function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined));
}

for (const [name, itsCases] of Object.entries(cases)) {
  for (const { what, args, env, message = usualMessage, code, says = '', queued } of itsCases) {
    test(`${name}: ${what} → ${code}`, async t => {
      const program = await builtinPrograms[name as keyof typeof builtinPrograms]();
      const called = await callProgram(t, program, args, defined({ ...usualEnv, ...env }), message);
      const expected = { code, says: says.replace('qp N', 'qp 4711'), queued: queued ? [queued] : [] };
      assert.deepEqual(called, expected);
    });
  }
}

test('preline: a program that reads nothing of a large message → its exit code', async t => {
  const called = await callProgram(t, preline, ['sh', '-c', 'exit 3'], usualEnv, 'x\n'.repeat(1_000_000));
  assert.deepEqual(called, { code: 3, says: '', queued: [] });
});

test('preline: a background job that keeps the input open and reads nothing → preline does not wait for it', async t => {
  const { code } = await callProgram(
    t,
    preline,
    ['sh', '-c', 'sleep 20 <&0 >/dev/null & exit 5'],
    usualEnv,
    'x\n'.repeat(500_000),
  );
  assert.equal(code, 5);
});

test('preline: a large message → every byte', async t => {
  const message = Array.from({ length: 200_000 }, (_, line) => `line ${line}\n`).join('');
  const { says } = await callProgram(t, preline, ['sh', '-c', 'sleep 0.1; sha256sum'], usualEnv, message);
  const there = await callProgram(
    t,
    preline,
    ['-frd', 'sha256sum'],
    usualEnv,
    usualEnv.UFLINE + usualEnv.RPLINE + usualEnv.DTLINE + message,
  );
  assert.equal(says, there.says);
});

test('preline: a program that is not there → 100 and why', async t => {
  const { code, says } = await callProgram(t, preline, ['no-such-program'], usualEnv, '');
  assert.deepEqual([code, says], [100, 'preline: fatal: unable to run no-such-program: no such file or directory\n']);
});

test('predate: any program → a Date field of now, in local time, on top', async t => {
  const { code, says } = await callProgram(t, predate, ['sh', '-c', 'cat; exit 3'], usualEnv, usualMessage);
  const [, date = ''] = /^Date: (\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4})\n/.exec(says) ?? [];
  assert.deepEqual(
    [code, Date.parse(date), says],
    [3, Date.UTC(2026, 10, 21, 9, 16, 56), `Date: ${date}\n${usualMessage}`],
  );
});

test('predate: no program, one that is not there → 100, 111', async t => {
  const none = await callProgram(t, predate, [], usualEnv, '');
  assert.deepEqual([none.code, none.says], [100, 'predate: usage: predate child\n']);
  const missing = await callProgram(t, predate, ['no-such'], usualEnv, '');
  assert.deepEqual(
    [missing.code, missing.says],
    [111, 'predate: fatal: unable to run no-such: no such file or directory\n'],
  );
});

/** A record of utmp(5). */
function login(user: string, line: string): Buffer {
  const record = Buffer.alloc(384);
  record.write(line, 8, 'latin1');
  record.write(user, 44, 'latin1');
  return record;
}

const messages: [what: string, message: string, text: string][] = [
  ['subject and body', 'Subject:  hi\x07\n\nHello.\n', '    hi///Hello./'],
  ['no subject', 'A: b\n\nHello.\n', '    /Hello./'],
  ['no body', 'Subject: hi\n', '    hi/'],
  ['more than there is room for', `Subject: ${'x'.repeat(70)}\n\n${'y'.repeat(99)}`, `    ${'x'.repeat(70)}//yy`],
  ['a line that is no field', 'Subject: hi\nHello.\n', '    hi//Hello./'],
];
for (const [what, message, text] of messages) {
  test(`qbiff: ${what} → on the terminals of the user that want it`, async t => {
    const dir = tempDir(t);
    const records = [
      login('joe', 'tty1'),
      login('ann', 'tty2'),
      login('joe', 'tty3'),
      login('joe', '/tty1'),
      login('joe', 'tty1.x'),
      login('joe', 'gone'),
    ];
    writeFileSync(join(dir, 'utmp'), Buffer.concat(records));
    for (const name of ['tty1', 'tty2', 'tty3']) writeFileSync(join(dir, name), '');
    for (const name of ['tty1', 'tty2']) chmodSync(join(dir, name), 0o700);
    const program = createQbiff({ logins: join(dir, 'utmp'), devices: dir });
    const { code, says } = await callProgram(t, program, [], { ...usualEnv, SENDER: 'j\xf6@h' }, message);
    assert.deepEqual({ code, says }, { code: 0, says: '' });
    const seen = ['tty1', 'tty2', 'tty3'].map(name => readFileSync(join(dir, name), 'latin1'));
    assert.deepEqual(seen, [`\r\n\x07*** TO <joe-x> FROM <j_@h>\r\n${text}\r\n`, '', '']);
  });
}

test('qbiff: no user logged in, no login file, no variables → 0', async t => {
  const program = createQbiff({ logins: join(tempDir(t), 'none'), devices: '/dev' });
  assert.equal((await callProgram(t, program, [], usualEnv, usualMessage)).code, 0);
  assert.equal((await callProgram(t, program, [], {}, usualMessage)).code, 0);
});
