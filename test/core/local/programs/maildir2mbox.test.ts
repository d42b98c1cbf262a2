// maildir2mbox: a Maildir becomes part of an mbox, or nothing changes; compared with notqmail's where that is installed.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryLockExclusive } from '../../../../core/lib/posix.ts';
import { maildir2mbox } from '../../../../core/local/programs/maildir2mbox.ts';
import { command } from '../../../support/command.ts';
import { without } from '../../../support/programs.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { callProgram } from './call-rig.ts';

const nowSec = Date.UTC(2026, 10, 21, 9, 16, 56) / 1000;

/** Messages by file name and age in seconds. */
const messages: [name: string, ageSec: number, text: string][] = [
  ['new/2.b', 100, 'Return-Path: <s@h>\nDelivered-To: joe@h\n\nFrom here\n>From there\nbody\n'],
  ['cur/1.a:2,S', 200, 'Return-Path: <>\n\nbounce\n'],
  ['cur/3.c:2,', 50, 'Return-Path: <"a b"@h>\n\n'],
  ['new/4.d', 40, 'Subject: none\n\nx\n'],
  ['new/5.e', 30, ''],
  ['new/.hidden', 30, 'no\n'],
];

const moved = [
  'From MAILER-DAEMON Sat Nov 21 09:13:36 2026\nReturn-Path: <>\n\nbounce\n\n',
  'From s@h Sat Nov 21 09:15:16 2026\nReturn-Path: <s@h>\nDelivered-To: joe@h\n\n>From here\n>>From there\nbody\n\n',
  'From "a-b"@h Sat Nov 21 09:16:06 2026\nReturn-Path: <"a b"@h>\n\n\n',
  'From XXX Sat Nov 21 09:16:16 2026\nSubject: none\n\nx\n\n',
  'From XXX Sat Nov 21 09:16:26 2026\n\n',
].join('');

function rig(t: TestContext, given = messages) {
  const dir = tempDir(t);
  const maildir = join(dir, 'Maildir');
  for (const part of ['', 'tmp', 'new', 'cur']) mkdirSync(join(maildir, part));
  for (const [name, ageSec, text] of given) {
    writeFileSync(join(maildir, name), text);
    utimesSync(join(maildir, name), nowSec - ageSec, nowSec - ageSec);
  }
  writeFileSync(join(dir, 'mbox'), 'From old\n\nold\n\n');
  const env = { MAILDIR: maildir, MAIL: join(dir, 'mbox'), MAILTMP: join(dir, 'mbox.tmp') };
  return {
    dir,
    maildir,
    env,
    run: (more: Record<string, string> = {}) => callProgram(t, maildir2mbox, [], { ...env, ...more }, ''),
    mbox: () => readFileSync(join(dir, 'mbox'), 'latin1'),
    left: () => ['new', 'cur', 'tmp'].flatMap(part => readdirSync(join(maildir, part))).sort(),
  };
}

test('maildir2mbox: messages of new and cur → in the mbox, oldest first; gone from the Maildir', async t => {
  const { run, mbox, left, dir } = rig(t);
  const { code, says } = await run();
  assert.deepEqual([code, says, mbox(), left()], [0, '', `From old\n\nold\n\n${moved}`, ['.hidden']]);
  assert.equal(existsSync(join(dir, 'mbox.tmp')), false);
});

test('maildir2mbox: a last line without line end → kept, and it gets one', async t => {
  const { run, mbox } = rig(t, [['new/1.a', 10, 'A: b\n\nno end']]);
  await run();
  assert.ok(mbox().endsWith('A: b\n\nno end\n\n'));
});

test('maildir2mbox: nothing, or only what came this very second → 0, and the mbox is not touched', async t => {
  for (const given of [[], [['new/1.a', 0, 'A: b\n\n']]] as (typeof messages)[]) {
    const { run, mbox, env, left } = rig(t, given);
    rmSync(env.MAIL);
    assert.deepEqual([(await run()).code, existsSync(env.MAIL), left().length], [0, false, given.length]);
    assert.throws(mbox);
  }
});

test('maildir2mbox: no mbox yet → it is made', async t => {
  const { run, mbox, env } = rig(t);
  rmSync(env.MAIL);
  assert.deepEqual([(await run()).code, mbox()], [0, moved]);
});

test('maildir2mbox: another program holds the lock → it waits until that has ended', async t => {
  const { run, mbox, env } = rig(t);
  const fd = openSync(env.MAIL, 'a');
  assert.ok(tryLockExclusive(fd));
  const running = run();
  await new Promise(resolve => setImmediate(resolve));
  assert.equal(mbox(), 'From old\n\nold\n\n');
  closeSync(fd);
  assert.deepEqual([(await running).code, mbox().length > 100], [0, true]);
});

test('maildir2mbox: old and fresh files in tmp → the old ones are removed', async t => {
  const { run, maildir, left } = rig(t, []);
  for (const [name, ageSec] of [
    ['old', 36 * 3600 + 1],
    ['fresh', 36 * 3600 - 1],
  ] as const) {
    writeFileSync(join(maildir, 'tmp', name), '');
    utimesSync(join(maildir, 'tmp', name), nowSec - ageSec, nowSec - ageSec);
  }
  await run();
  assert.deepEqual(left(), ['fresh']);
});

const failures: [what: string, env: Record<string, string>, says: string][] = [
  ['no such Maildir', { MAILDIR: '/nowhere' }, 'unable to chdir to /nowhere: no such file or directory'],
  ['no such mbox directory', { MAIL: '/nowhere/m' }, 'unable to lock /nowhere/m: no such file or directory'],
  [
    'no such directory for the copy',
    { MAILTMP: '/nowhere/m' },
    'unable to create /nowhere/m: no such file or directory',
  ],
  ['a full disk', { MAILTMP: '/dev/full' }, 'unable to write to /dev/full: no space left on device'],
];
for (const [what, env, says] of failures) {
  test(`maildir2mbox: ${what} → 111, nothing is changed`, async t => {
    const made = rig(t);
    const called = await made.run(env);
    assert.deepEqual(called, { code: 111, says: `maildir2mbox: fatal: ${says}\n`, queued: [] });
    assert.deepEqual([made.mbox(), made.left().length], ['From old\n\nold\n\n', messages.length]);
  });
}

test('maildir2mbox: a variable is not set → 111 and which', async t => {
  const { env } = rig(t);
  const said: string[] = [];
  for (const name of ['MAIL', 'MAILTMP', 'MAILDIR'] as const) {
    const { [name]: _, ...rest } = env;
    said.push((await callProgram(t, maildir2mbox, [], rest, '')).says);
  }
  assert.deepEqual(
    said,
    ['MAIL', 'MAILTMP', 'MAILDIR'].map(name => `maildir2mbox: fatal: ${name} not set\n`),
  );
});

test('maildir2mbox: under strace → the messages go only when the mbox and its name are on the disk', {
  skip: without('strace'),
}, t => {
  const { dir, env } = rig(t);
  const trace = join(dir, 'trace');
  const watched = ['-f', '-y', '-e', 'trace=rename,fsync,unlink', '-o', trace];
  const waypost = [process.execPath, command, 'maildir2mbox'];
  const { status } = spawnSync('strace', [...watched, ...waypost], { env: { ...process.env, ...env } });
  const calls = readFileSync(trace, 'latin1').match(/(rename|fsync|unlink)\((\d+<[^>]*>|"[^"]*")/g) ?? [];
  const seen = calls.filter(call => call.includes(dir)).map(call => call.replace(/\(.*[/](\w[^/>"]*).*/, ' $1'));
  const removed = ['1.a:2,S', '2.b', '3.c:2,', '4.d', '5.e'].map(name => `unlink ${name}`);
  const synced = ['fsync mbox.tmp', 'rename mbox.tmp', `fsync ${basename(dir)}`];
  assert.deepEqual([status, seen], [0, [...synced, ...removed]]);
});

const theirs = '/var/qmail/bin/maildir2mbox';

test("notqmail's maildir2mbox: the same Maildir → the same mbox", {
  skip: !existsSync(theirs) && `no ${theirs}`,
}, t => {
  const { env, mbox, left } = rig(t);
  const { status } = spawnSync(theirs, { env });
  assert.deepEqual([status, mbox(), left()], [0, `From old\n\nold\n\n${moved}`, ['.hidden']]);
});
