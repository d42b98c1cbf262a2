// The programs about users and databases, as processes.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { initHome, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('qmail-newu, qmail-newmrh: in a home → databases that all users can read; in none → 111', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines', { morercpthosts: 'more.example\n' });
  for (const name of ['qmail-newu', 'qmail-newmrh']) {
    assert.deepEqual(await waypost([name, '--home', home]), { code: 0, stdout: '', stderr: '' });
  }
  for (const path of ['users/cdb', 'control/morercpthosts.cdb'])
    assert.equal(statSync(join(home, path)).mode & 0o777, 0o644);
  const nowhere = await waypost(['qmail-newu', '--home', join(home, 'nowhere')]);
  assert.deepEqual(nowhere, { code: 111, stdout: '', stderr: 'qmail-newu: fatal: unable to chdir\n' });
  writeFileSync(join(home, 'users/assign'), 'x\n.\n');
  const broken = await waypost(['qmail-newu', '--home', home]);
  const path = join(home, 'users/assign');
  const stderr = `qmail-newu: fatal: bad format in users/assign\n${path}:1: the line has no colon\n`;
  assert.deepEqual(broken, { code: 111, stdout: '', stderr });
  rmSync(path);
  assert.equal(
    (await waypost(['qmail-newu', '--home', home])).stderr,
    'qmail-newu: fatal: unable to open users/assign\n',
  );
});

test('qmail-pw2u: accounts on standard input → users/assign on standard output', async t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'users'));
  const input = 'alias:x:7:8::/nonexistent:/bin/sh\n';
  const made = await waypost(['qmail-pw2u', '--home', home, '-HC'], { input });
  assert.deepEqual(made, {
    code: 0,
    stdout: '+:alias:7:8:/nonexistent:-::\n=alias:alias:7:8:/nonexistent:::\n.\n',
    stderr: '',
  });
  const none = await waypost(['qmail-pw2u', '--home', home], { input });
  assert.deepEqual(none, { code: 111, stdout: '', stderr: 'qmail-pw2u: fatal: unable to find alias user\n' });
  assert.equal((await waypost(['qmail-pw2u', '--home', home, '-x'])).code, 100);
});

test('qmail-getpw: an address without a user → alias, six strings; no argument → 100', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ines');
  const { stdout } = await waypost(['qmail-getpw', '--home', home, 'Nobody.Has-This']);
  const { uid, gid } = statSync(join(home, 'alias'));
  assert.equal(stdout, `alias\0${uid}\0${gid}\0${home}/alias\0-\0Nobody.Has-This\0`);
  assert.equal((await waypost(['qmail-getpw', '--home', home])).code, 100);
  assert.ok(readFileSync(join(home, 'users/assign')).length > 0);
});
