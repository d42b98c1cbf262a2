// waypost config and config-fast as processes.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { personsDir, waypost } from '../../support/host-process.ts';

const read = (home: string, name: string) => readFileSync(join(home, 'control', name), 'utf8');

test('waypost config: answers from a pipe, the rest as usual → a home in which nothing is wrong', async t => {
  const directory = personsDir(t);
  const home = join(directory, 'home');
  const config = ['config', '--home', home, '--mail-home', join(directory, 'ines')];
  const input = 'exchanger\nmail.shore.example\n\n\nshore.example\n\nines\nrelay.example:587\n';
  const made = await waypost(config, { input });
  assert.equal(made.code, 0, made.stderr);
  assert.match(
    made.stdout,
    /^What this machine does with mail:\n[\s\S]*\nRole \[local\]: exchanger\nName of this host, as in addresses \[.*\]: mail\.shore\.example\n/,
  );
  assert.match(made.stdout, /by SMTP, yes or no \[yes\]: yes\nMade /);
  assert.deepEqual(
    ['me', 'locals', 'defaultdomain', 'plusdomain', 'owner', 'smtproutes', 'relayclients', 'defaultdelivery'].map(
      name => read(home, name),
    ),
    [
      'mail.shore.example\n',
      'mail.shore.example\nlocalhost\n',
      'shore.example\n',
      'shore.example\n',
      'ines\n',
      ':relay.example:587\n',
      '127.0.0.1\n::1\n',
      './Maildir/\n',
    ],
  );
  assert.match((await waypost(['qmail-showctl', '--home', home])).stdout, /No problems found/);
  const again = await waypost(config);
  assert.deepEqual([again.code, again.stdout.split('\n').at(-2)], [0, 'Nothing had to change.']);
});

test('waypost config: files that say something else → asked about each, left alone without a yes, replaced with --force', async t => {
  const directory = personsDir(t);
  const home = join(directory, 'home');
  const config = (input: string, ...args: string[]) =>
    waypost(['config', '--home', home, '--mail-home', join(directory, 'ines'), ...args], { input });
  await config('local\none.example\n\n\n\n\nines\n');
  const answers = 'local\ntwo.example\none.example two.example\n\n\n\n\n\n\n';
  const first = await config(`${answers}yes\n`);
  assert.equal(first.code, 1);
  assert.match(first.stdout, /control\/locals says: one\.example \| localhost\. Replace it, yes or no \[no\]: yes\n/);
  assert.deepEqual([read(home, 'locals'), read(home, 'me')], ['one.example\ntwo.example\n', 'one.example\n']);
  const left = ['rcpthosts', 'defaultdomain', 'plusdomain', 'me'].map(name => `control/${name} was left as it is.\n`);
  assert.equal(first.stderr, left.join(''));
  assert.equal((await config(answers, '--force')).code, 0);
  assert.equal(read(home, 'me'), 'two.example\n');
});

test('waypost config: an answer that cannot be, a user without a line → refused, nothing written', async t => {
  const directory = personsDir(t);
  const home = join(directory, 'home');
  const wrong = await waypost(['config', '--home', home], { input: 'local\nnot a name\n' });
  assert.deepEqual([wrong.code, existsSync(home)], [100, false]);
  assert.match(wrong.stderr, /^config: fatal: not a name is not a host name: .* Nothing was written\.\n$/);
  await waypost(['config-fast', '--home', home, '--user', 'ines', '--mail-home', join(directory, 'ines'), 'a.example']);
  const stranger = await waypost(['config', '--home', home], { input: 'local\nb.example\n\n\n\n\nbob\n' });
  assert.equal(stranger.code, 1);
  assert.match(stranger.stderr, /users\/assign has no line =bob:/);
  assert.equal(read(home, 'me'), 'a.example\n');
});

test('waypost config-fast: a new home, the same again, another name → made, nothing, refused until --force', async t => {
  const directory = personsDir(t);
  const home = join(directory, 'home');
  const fast = (...args: string[]) =>
    waypost(['config-fast', '--home', home, '--user', 'ines', '--mail-home', join(directory, 'ines'), ...args]);
  assert.equal((await fast('mail.shore.example.org')).code, 0);
  assert.deepEqual([read(home, 'defaultdomain'), read(home, 'plusdomain')], ['shore.example.org\n', 'example.org\n']);
  assert.equal((await fast('mail.shore.example.org')).stdout, 'Nothing had to change.\n');
  writeFileSync(join(home, 'control/smtproutes'), ':relay.example\n');
  const refused = await fast('b.example');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /control\/me would be replaced\. Nothing was written; --force does it\.\n$/);
  assert.equal((await fast('--force', 'b.example')).code, 0);
  assert.deepEqual([read(home, 'me'), read(home, 'smtproutes')], ['b.example\n', ':relay.example\n']);
  assert.equal((await fast()).code, 100);
  assert.equal((await fast('a b')).code, 100);
});
