// sendmail -v: the user who sent a message learns what happens to it, as far as that user may know.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { command } from '../../support/command.ts';
import { giveToOwner, initHome, person, serve, waypost } from '../../support/host-process.ts';
import { tempDir } from '../../support/temp-dir.ts';

const input = 'Subject: hi\n\nHello.\n';
test('sendmail -v: delivered, deferred and refused recipients → a line for each, then the end', async t => {
  const { home, mailHome } = await initHome(tempDir(t), 'here.example', 'ann');
  writeFileSync(join(mailHome, '.qmail-later'), '|echo "the disk is full"; exit 111\n');
  giveToOwner(mailHome);
  await serve(t, home, []);
  const mixed = await waypost(['sendmail', '--home', home, '-v', 'ann', 'ann-later', 'ann-nobody'], { input });
  assert.equal(mixed.code, 0);
  const [first, ...rest] = mixed.stdout.split('\n');
  const [, id] = /^Message (\d+) is in the queue, for 3 recipients\.$/.exec(first ?? '') ?? assert.fail(mixed.stdout);
  assert.deepEqual(rest.slice(0, -2).sort(), [
    'ann-later@here.example (local) waits: the disk is full',
    'ann-nobody@here.example (local) failed: Sorry, no mailbox here by that name. (#5.1.1)',
    'ann@here.example (local) delivered: did 1+0+0',
  ]);
  assert.equal(rest.at(-2), `1 recipient will be tried again. What becomes of it: waypost trace ${id}`);
  const bounced = await waypost(['sendmail', '--home', home, '-v', 'ann-nobody'], { input });
  assert.match(bounced.stdout, /\(local\) failed: Sorry.*\nWhat failed is returned to the sender\.\n$/);
  const quiet = await waypost(['sendmail', '--home', home, 'ann'], { input });
  assert.deepEqual(quiet, { code: 0, stdout: '', stderr: '' });
});

test('sendmail -v: no host → it says that the message waits, and it does', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  const { code, stdout } = await waypost(['sendmail', '--home', home, '-v', 'ann'], { input });
  assert.deepEqual([code, stdout.split('\n')[1]], [0, `No host is running on ${home}: it waits until one is.`]);
  const { stdout: waiting } = await waypost(['qmail-qstat', '--home', home]);
  assert.match(waiting, /^messages in queue: 1\n/);
});

test('sendmail -v: a program in the queue’s place → it says who knows more', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  const env = { QMAILQUEUE: '/bin/true' };
  const { code, stdout } = await waypost(['sendmail', '--home', home, '-v', 'ann'], { input, env });
  assert.deepEqual([code, stdout], [0, 'The message was taken by /bin/true. What becomes of it is not known here.\n']);
});

test('sendmail -v: Ctrl-C while a delivery hangs → 0, and the message stays', async t => {
  const { home, mailHome } = await initHome(tempDir(t), 'here.example', 'ann');
  writeFileSync(join(mailHome, '.qmail-slow'), '|exec sleep 600\n');
  giveToOwner(mailHome);
  const host = await serve(t, home, []);
  const child = spawn(process.execPath, [command, 'sendmail', '--home', home, '-v', 'ann-slow'], { ...person });
  const said = text(child.stdout);
  child.stdin.end(input);
  await once(child.stdout, 'data');
  child.kill('SIGINT');
  const [code] = await once(child, 'exit');
  assert.match(await said, /It stays in the queue\. What becomes of it: waypost trace \d+\n$/);
  assert.equal(code, 0);
  const { stdout } = await waypost(['qmail-qstat', '--home', home]);
  assert.match(stdout, /^messages in queue: 1\n/);
  process.kill(-(host.child.pid as number), 'SIGKILL');
});

test('sendmail -v: another user of the machine, whom the host takes mail from → taken, and only the owner can see more', {
  skip: process.getuid?.() !== 0 && 'needs another user',
}, async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  await serve(t, home, []);
  for (const path of [dirname(home), home, join(home, 'control')]) chmodSync(path, 0o755);
  for (const name of readdirSync(join(home, 'control'))) chmodSync(join(home, 'control', name), 0o644);
  const child = spawn(process.execPath, [command, 'sendmail', '--home', home, '-v', 'ann'], {
    uid: 54_399,
    gid: 54_399,
  });
  child.stdin.end(input);
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  assert.deepEqual(
    [out, err, code],
    ['The message was taken. What becomes of it only the owner of the mail host can see.\n', '', 0],
  );
});
