// Mail of programs is queued, or refused with an error: nothing is accepted and then lost.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { queueLayout } from '../../../core/queue/files/layout.ts';
import { run as newInject } from '../../../main/cli/inject/new-inject.ts';
import { run as qmailInject } from '../../../main/cli/inject/qmail-inject.ts';
import { run as sendmail } from '../../../main/cli/inject/sendmail.ts';
import { run as mailsubj } from '../../../main/cli/local/mailsubj.ts';
import { linkPrograms } from '../../../main/link-programs.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { command as waypost } from '../../support/command.ts';
import { homeWithQueue, queuedIn } from '../../support/home-with-queue.ts';

const injectors = { sendmail, 'qmail-inject': qmailInject, 'new-inject': newInject, mailsubj };
/** Runs a line of the shell in which `$H` is the home's bin/. */
function inShell(home: string, line: string, input = 'Subject: x\n\nHi.\n') {
  const { status, stderr } = spawnSync('sh', ['-c', line], {
    env: { PATH: process.env.PATH, USER: 'joe', H: join(home, 'bin') },
    input: Buffer.from(input, 'latin1'),
    encoding: 'latin1',
  });
  return { status, stderr };
}

function homeWithPrograms(t: TestContext): string {
  const home = homeWithQueue(t);
  linkPrograms(home, waypost);
  return home;
}

test('no recipients: every program says so and refuses (100)', async t => {
  const home = homeWithQueue(t);
  const calls: readonly (readonly [name: keyof typeof injectors, args: string[], input: string])[] = [
    ['sendmail', ['-t'], 'Subject: x\n\nHi.\n'],
    ['sendmail', ['-t'], 'To: \nSubject: x\n\nHi.\n'],
    ['sendmail', ['-t'], 'To: <>\n\nHi.\n'],
    ['sendmail', ['-t'], '\xef\xbb\xbfTo: joe\n\nHi.\n'],
    ['sendmail', [], 'To: joe\n\nHi.\n'],
    ['sendmail', [''], 'To: joe\n\nHi.\n'],
    ['qmail-inject', [], 'Subject: x\n\nHi.\n'],
    ['qmail-inject', [''], 'To: joe\n\nHi.\n'],
    ['new-inject', [], 'Subject: x\n\nHi.\n'],
    ['mailsubj', ['hello'], 'Hi.\n'],
  ];
  for (const [name, args, input] of calls) {
    const stderr = new PassThrough();
    const stdin = Readable.from([Buffer.from(input, 'latin1')]);
    const io = {
      env: { USER: 'joe' },
      stdin,
      stdout: new PassThrough(),
      stderr,
      home,
      programName: name,
      script: waypost,
    };
    assert.equal(await injectors[name](args, io), 100, name);
    const said = (await bytesOf(stderr.end())).toString();
    assert.match(said, /^(qmail|new)-inject: fatal: the message has no recipients\n$/, name);
  }
  assert.deepEqual(queuedIn(home), []);
});

test('an empty recipient beside a real one → the real one gets it', t => {
  const home = homeWithPrograms(t);
  assert.deepEqual(inShell(home, "$H/sendmail '' al"), { status: 0, stderr: '' });
  assert.match(queuedIn(home)[0]?.envelope ?? '', /\|Fjoe@me\.example\|Tal@me\.example\|$/);
});

test('standard input is closed, or a directory → refused for now (111), not an empty message', t => {
  const home = homeWithPrograms(t);
  writeFileSync(join(home, 'envelope'), 'Fa@b.c\0Td@e.f\0\0');
  const lines: readonly (readonly [line: string, status: number, stderr: RegExp])[] = [
    ['$H/sendmail al <&-', 111, /^qmail-inject: fatal: standard input is closed: there is no message\n$/],
    ['$H/sendmail al </', 111, /^qmail-inject: fatal: standard input is a directory, not a message\n$/],
    ['$H/mailsubj hello al <&-', 111, /standard input is closed/],
    ['$H/qmail-queue </ 1<$H/../envelope', 54, /^$/],
  ];
  for (const [line, status, stderr] of lines) {
    const ended = inShell(home, line);
    assert.equal(ended.status, status, line);
    assert.match(ended.stderr, stderr, line);
  }
  assert.deepEqual(queuedIn(home), []);
  assert.equal(inShell(home, '$H/sendmail al </dev/null').status, 0, 'who means an empty message can send one');
});

test('a field that makes no sense, and the recipients are named → sent, with the field as it is', t => {
  const home = homeWithPrograms(t);
  const header = 'To: foo: bar, baz\nCc: "al@x\nFrom: (joe\nBcc: "hidden\nSubject: x\n';
  assert.deepEqual(inShell(home, '$H/sendmail -oi al', `${header}\nHi.\n`), { status: 0, stderr: '' });
  const [only = assert.fail()] = queuedIn(home);
  assert.match(only.message, /\nTo: foo: bar, baz\nCc: "al@x\nFrom: \(joe\nSubject: x\n\nHi\.\n$/);
  const strict = inShell(home, '$H/sendmail -t -oi al', `${header}\nHi.\n`);
  assert.equal(strict.status, 100);
  assert.match(strict.stderr, /unable to parse this line:\nTo: foo: bar, baz\n$/);
});

test('Waypost was moved away → its programs say so in one line, and ask to try again (111)', t => {
  const home = homeWithQueue(t);
  linkPrograms(home, join(home, 'gone', 'waypost.ts'));
  assert.deepEqual(inShell(home, '$H/sendmail al'), {
    status: 111,
    stderr: 'sendmail: fatal: Waypost was moved or removed: start it once from where it is now\n',
  });
});

test("the caller's umask → is not the queue's", t => {
  const home = homeWithPrograms(t);
  assert.equal(inShell(home, 'umask 0777; $H/sendmail al').status, 0);
  writeFileSync(join(home, 'envelope'), 'Fa@b.c\0Td@e.f\0\0');
  const envelope = openSync(join(home, 'envelope'), 'r');
  const { status } = spawnSync('sh', ['-c', 'umask 0777; exec "$0" "$@"', join(home, 'bin/qmail-queue')], {
    stdio: [openSync(waypost, 'r'), envelope, 'pipe'],
  });
  closeSync(envelope);
  assert.equal(status, 0);
  const { mess, todo, todoDir } = queueLayout(home);
  const ids = readdirSync(todoDir).map(Number);
  assert.deepEqual(
    ids.flatMap(id => [mess(id), todo(id)]).map(path => statSync(path).mode & 0o777),
    [0o644, 0o644, 0o644, 0o644],
  );
});
