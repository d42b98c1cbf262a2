// qmail-local as a command: what it would do, and doing it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { tryLockExclusive } from '../../../core/lib/posix.ts';
import { command } from '../../support/command.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

function rig(t: TestContext, qmail: string) {
  const dir = tempDir(t);
  const home = join(dir, 'joe');
  for (const part of ['', 'Maildir', 'Maildir/tmp', 'Maildir/new']) mkdirSync(join(home, part));
  writeFileSync(join(home, '.qmail-x'), qmail, 'latin1');
  writeFileSync(join(dir, 'message'), 'Subject: hi\n\nHello.\n');
  return {
    home,
    run(args: readonly string[], stdin: 'file' | 'pipe' = 'file') {
      const ended = spawnSync(process.execPath, [command, 'qmail-local', ...args], {
        env: { PATH: process.env.PATH, MINE: 'seen', WAYPOST_HOME: dir },
        stdio: [stdin === 'file' ? openSync(join(dir, 'message'), 'r') : 'pipe', 'pipe', 'pipe'],
        encoding: 'latin1',
      });
      return [ended.status, ended.stdout, ended.stderr];
    },
  };
}

const usage = 'qmail-local: usage: qmail-local [ -nN ] user homedir local dash ext domain sender aliasempty\n';

test('qmail-local: -n → each line as it would be done, the home sticky or not (local.md 12)', t => {
  const { home, run } = rig(t, './Mailbox\n./Maildir/\n|cat\n&x@y\nz@w\n');
  const args = ['joe', home, 'joe-x', '-', 'x', 'h', 's@h', './Mailbox'];
  const said = 'mbox ./Mailbox\nmaildir ./Maildir/\nprogram cat\nforward x@y\nforward z@w\ndid 2+2+1\n';
  assert.deepEqual(run(['-n', '--', ...args]), [0, said, '']);
  chmodSync(home, 0o1755);
  assert.deepEqual(run(['-Nn', '--', ...args], 'pipe'), [0, said, 'Warning: home directory is sticky.\n']);
  assert.deepEqual(readdirSync(join(home, 'Maildir/new')), []);
});

test('qmail-local: a delivery → done, with the environment it was called in', t => {
  const { home, run } = rig(t, './Mailbox\n|echo "$MINE $EXT $0"\n');
  const args = ['joe', home, 'joe-x', '-', 'x', 'h', 's@h', './Mailbox'];
  assert.deepEqual(run(args), [0, 'seen x /bin/sh\ndid 1+0+1\n', '']);
  const box = readFileSync(join(home, 'Mailbox'), 'utf8').split('\n');
  assert.deepEqual(box.slice(1), ['Return-Path: <s@h>', 'Delivered-To: joe-x@h', 'Subject: hi', '', 'Hello.', '', '']);
});

test('qmail-local: failures → 100 and 111, with their words on standard error', t => {
  const { home, run } = rig(t, '|echo no; exit 100\n');
  const [user, rest] = [
    ['joe', home],
    ['h', 's@h', './Mailbox'],
  ];
  assert.deepEqual(run([...user, 'joe-x', '-', 'x', ...rest]), [100, 'no\n', '']);
  assert.deepEqual(run([...user, 'joe-y', '-', 'y', ...rest]), [
    100,
    '',
    'Sorry, no mailbox here by that name. (#5.1.1)\n',
  ]);
  assert.deepEqual(run([...user, 'joe-x', '-', 'x', ...rest], 'pipe'), [
    111,
    '',
    'Unable to rewind message. (#4.3.0)\n',
  ]);
});

test('qmail-local: wrong calls → 100 and how it is called', t => {
  const { home, run } = rig(t, '');
  for (const args of [
    [],
    ['-x'],
    ['joe', 'relative', 'joe', '', '', 'h', '', ''],
    ['joe', home, 'joe', '', '', 'h', '', '', 'more'],
  ]) {
    assert.deepEqual(run(args), [100, '', usage]);
  }
});

test('qmail-local: an mbox that is locked → waits, then delivers', async t => {
  const { home } = rig(t, './Mailbox\n');
  const fd = openSync(join(home, 'Mailbox'), 'a');
  assert.ok(tryLockExclusive(fd));
  const args = ['qmail-local', 'joe', home, 'joe-x', '-', 'x', 'h', 's@h', './Mailbox'];
  const child = spawn(process.execPath, [command, ...args], {
    stdio: [openSync(join(home, '../message'), 'r'), 'pipe', 'pipe'],
  });
  const ended = new Promise(resolve => child.once('exit', resolve));
  await until('the command has opened the mbox', () => readdirSync(`/proc/${child.pid}/fd`).some(isMailbox));
  closeSync(fd);
  assert.equal(await ended, 0);

  function isMailbox(number: string): boolean {
    try {
      return readlinkSync(`/proc/${child.pid}/fd/${number}`) === join(home, 'Mailbox');
    } catch {
      return false;
    }
  }
});
