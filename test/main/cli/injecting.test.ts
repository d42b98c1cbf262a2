// qmail-inject, sendmail, qmail-queue and maildirmake as programs: what they queue, their exit codes and messages.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { test } from 'node:test';
import { readAsked } from '../../../core/queue/files/dsn-file.ts';
import { queueLayout } from '../../../core/queue/files/layout.ts';
import type { CommandIo } from '../../../main/cli/command-io.ts';
import { run as qmailInject } from '../../../main/cli/inject/qmail-inject.ts';
import { run as sendmail } from '../../../main/cli/inject/sendmail.ts';
import { run as maildirmake } from '../../../main/cli/local/maildirmake.ts';
import { run as qmailQueue } from '../../../main/cli/queue/qmail-queue.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { command as waypost } from '../../support/command.ts';
import { homeWithQueue, queuedIn } from '../../support/home-with-queue.ts';
import { tempDir } from '../../support/temp-dir.ts';

const uid = process.getuid?.() ?? 0;

/** A process's outside with `input` on standard input. */
function outside(home: string, input: string | Readable, programName = 'sendmail') {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const stdin = typeof input === 'string' ? Readable.from([Buffer.from(input, 'latin1')]) : input;
  const io: CommandIo = { env: { USER: 'joe' }, stdin, stdout, stderr, home, programName, script: waypost };
  const printed = async (stream: PassThrough): Promise<string> => (await bytesOf(stream.end())).toString('latin1');
  return { io, out: () => printed(stdout), err: () => printed(stderr) };
}

test('qmail-inject: a message → in the queue, completed, under its envelope', async t => {
  const home = homeWithQueue(t);
  const { io, err } = outside(home, 'To: fred\nSubject: x\n\nbody');
  assert.deepEqual([await qmailInject([], io), await err()], [0, '']);
  const [only = assert.fail(), ...others] = queuedIn(home);
  assert.equal(others.length, 0);
  assert.equal(only.envelope, `u${uid}|Fjoe@me.example|Tfred@me.example|`);
  assert.match(
    only.message,
    /^Received: \(qmail \d+ invoked by uid \d+\); .*\nDate: .*\nMessage-ID: <\d{14}\.\d+\.qmail@me\.example>\nFrom: joe@me\.example\nTo: fred@me\.example\nSubject: x\n\nbody\n$/,
  );
});

test('sendmail -N -R -V: what the sender wants to be told → beside the message, where the host finds it', async t => {
  const home = homeWithQueue(t);
  const { io } = outside(home, 'Subject: x\n\nbody\n');
  assert.equal(await sendmail(['-Nsuccess,failure', '-R', 'hdrs', '-V', 'my id', 'fred@x.y'], io), 0);
  const layout = queueLayout(home);
  const [name = assert.fail()] = readdirSync(layout.todoDir);
  assert.deepEqual(readAsked(layout, Number(name)), {
    ret: 'HDRS',
    envid: 'my+20id',
    everyone: { notify: 'SUCCESS,FAILURE' },
    recipients: [],
  });
});

test('qmail-inject -n: printed with its Return-Path, nothing queued', async t => {
  const home = homeWithQueue(t);
  const { io, out } = outside(home, 'Date: d\nMessage-ID: m\nTo: caf\xe9@x.y\n\nb\xe9\n');
  assert.equal(await qmailInject(['-n', '-f', 'a b@c.d'], io), 0);
  assert.equal(
    await out(),
    'Return-Path: <"a b"@c.d>\nFrom: joe@me.example\nDate: d\nMessage-ID: m\nTo: "caf\xe9"@x.y\n\nb\xe9\n',
  );
  assert.deepEqual(queuedIn(home), []);
});

test('qmail-inject: what cannot be queued → 100 or 111, and why', async t => {
  const home = homeWithQueue(t);
  const empty = tempDir(t);
  const broken = new Readable({
    read() {
      this.destroy(new Error('EIO'));
    },
  });
  const usage = 'qmail-inject: usage: qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]\n';
  const cases: readonly (readonly [string[], string, string | Readable, number, string])[] = [
    [[], home, 'To: (unclosed\n', 100, 'qmail-inject: fatal: unable to parse this line:\nTo: (unclosed\n'],
    [['-z'], home, '', 100, usage],
    [['x'.repeat(1003)], home, '', 100, 'qmail-inject: fatal: envelope address too long for qq (#5.1.3)\n'],
    [[], home, broken, 111, 'qmail-inject: fatal: read error\n'],
    [
      [],
      empty,
      '',
      111,
      `qmail-inject: fatal: ${empty} is not a Waypost home: it has no control directory. Create one with: waypost init\n`,
    ],
  ];
  for (const [args, where, input, code, text] of cases) {
    const { io, err } = outside(where, input);
    assert.deepEqual([await qmailInject(args, io), await err()], [code, text]);
  }
  assert.deepEqual(queuedIn(home), []);
});

test('qmail-inject: the source breaks in the body → 111, nothing queued', async t => {
  const home = homeWithQueue(t);
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('To: fred\n\nhalf a bo');
    throw new Error('EIO');
  }
  const { io, err } = outside(home, Readable.from(source()));
  assert.deepEqual([await qmailInject([], io), await err()], [111, 'qmail-inject: fatal: read error\n']);
  assert.deepEqual(queuedIn(home), []);
});

test('qmail-inject: QMAILMFTFILE → Mail-Followup-To for its lists', async t => {
  const home = homeWithQueue(t);
  const path = join(home, 'lists');
  writeFileSync(path, '# lists\nlist@b.c \n');
  const { io } = outside(home, 'To: List@b.c, me@b.c\n');
  assert.equal(await qmailInject([], { ...io, env: { QMAILMFTFILE: path } }), 0);
  assert.match(queuedIn(home)[0]?.message ?? '', /\nMail-Followup-To: List@b\.c,\n {2}me@b\.c\n/);
});

test('sendmail -t -F: recipients of both kinds, the name in From', async t => {
  const home = homeWithQueue(t);
  const { io } = outside(home, 'To: a@b.c\nBcc: x@y.z\n\nbody\n');
  assert.equal(await sendmail(['-t', '-oi', '-F', 'Joe Shmoe', 'r@s.t'], io), 0);
  const [only = assert.fail()] = queuedIn(home);
  assert.equal(only.envelope, `u${uid}|Fjoe@me.example|Tr@s.t|Ta@b.c|Tx@y.z|`);
  assert.match(only.message, /\nFrom: "Joe Shmoe" <joe@me\.example>\n/);
  assert.doesNotMatch(only.message, /x@y\.z/);
});

test('sendmail: no user in the environment → the one in passwd; its options as cron gives them', async t => {
  const home = homeWithQueue(t);
  const { io } = outside(home, 'To: joe\n\nbody\n');
  assert.equal(await sendmail(['-FCronDaemon', '-i', '-B8BITMIME', '-oem', 'joe,root'], { ...io, env: {} }), 0);
  const [only = assert.fail()] = queuedIn(home);
  const { username } = userInfo();
  assert.equal(only.envelope, `u${uid}|F${username}@me.example|Tjoe@me.example|Troot@me.example|`);
  assert.match(only.message, new RegExp(`\nFrom: "CronDaemon" <${username}@me.example>\n`));
});

test('sendmail: the source breaks in the body → 111, nothing queued', async t => {
  const home = homeWithQueue(t);
  async function* source(): AsyncGenerator<Buffer> {
    yield Buffer.from('To: fred\r\n\r\nhalf a bo');
    throw new Error('EIO');
  }
  const { io, err } = outside(home, Readable.from(source()));
  assert.deepEqual([await sendmail(['-t'], io), await err()], [111, 'qmail-inject: fatal: read error\n']);
  assert.deepEqual(queuedIn(home), []);
});

test('sendmail: a message that is refused by its header → the rest is not waited for', async t => {
  const endless = new PassThrough();
  endless.write('To: (unclosed\r\n\r\nbody');
  const { io } = outside(homeWithQueue(t), endless);
  const closed = new Promise(resolve => endless.once('close', resolve));
  assert.equal(await sendmail(['-t'], io), 100);
  await closed;
});

test('sendmail: what others do → done by them, or refused by name', async t => {
  const home = homeWithQueue(t);
  const explained: string[] = [];
  const services = {
    listQueue: async () => 7,
    serveSmtp: async ({ env }: CommandIo) => (env.PROTO === 'TCP' ? 8 : 9),
    flushQueue: async () => 10,
    makeAliases: async () => 11,
    explain: async (address: string) => explained.push(address) - 1,
  };
  const { io } = outside(home, '');
  assert.equal(await sendmail(['-bp'], io, services), 7);
  assert.equal(await sendmail([], outside(home, '', 'mailq').io, services), 7);
  assert.equal(await sendmail(['-bs'], io, services), 8);
  assert.equal(await sendmail(['-q30m'], io, services), 10);
  assert.equal(await sendmail(['-bi'], io, services), 11);
  assert.deepEqual([await sendmail(['-bv', 'joe,root'], io, services), explained], [1, ['joe', 'root']]);
  const refusals: readonly (readonly [string[], string, number, RegExp])[] = [
    [['-bp'], 'sendmail', 111, /^sendmail: fatal: unable to run qmail-qread: use waypost qmail-qread\n$/],
    [['-bs'], 'sendmail', 111, /^sendmail: fatal: unable to run qmail-smtpd: start waypost serve/],
    [['-z'], 'sendmail', 100, /^sendmail: usage:/],
  ];
  for (const [args, name, code, text] of refusals) {
    const { io, err } = outside(home, '', name);
    assert.equal(await sendmail(args, io), code);
    assert.match(await err(), text);
  }
});

test('qmail-queue: message, then envelope → queued byte for byte (queue.md vector 5)', async t => {
  const home = homeWithQueue(t);
  const { io } = outside(home, 'no header\r\n\0\xff');
  const envelope = [Buffer.from('Fjoe@heaven.af.mil\0Tfred@heaven.af.mil\0\0')];
  assert.equal(await qmailQueue([], io, () => envelope), 0);
  const [only = assert.fail()] = queuedIn(home);
  assert.equal(only.envelope, `u${uid}|Fjoe@heaven.af.mil|Tfred@heaven.af.mil|`);
  assert.match(only.message, /^Received: .*\nno header\r\n\0\xff$/);
  const layout = queueLayout(home);
  const [name = ''] = readdirSync(layout.todoDir);
  const { ino, nlink } = statSync(layout.todo(Number(name)));
  assert.deepEqual([ino, nlink], [statSync(layout.intd(Number(name))).ino, 2]);
});

test('qmail-queue: bad envelope, broken message, no home → its exit code, nothing queued (queue.md vector 8)', async t => {
  const home = homeWithQueue(t);
  const codes: readonly (readonly [string, number])[] = [
    ['Ta\0', 91],
    ['Fa\0Xb\0\0', 91],
    ['Fa\0Tb\0', 54],
    ['Fa@b', 54],
    [`F${'x'.repeat(1003)}\0\0`, 11],
  ];
  for (const [envelope, code] of codes) {
    assert.equal(await qmailQueue([], outside(home, 'x').io, () => [Buffer.from(envelope)]), code);
  }
  const broken = new Readable({
    read() {
      this.destroy(new Error('EIO'));
    },
  });
  assert.equal(await qmailQueue([], outside(home, broken).io, () => assert.fail('read too early')), 54);
  assert.equal(await qmailQueue([], outside('/nonexistent', '').io, () => []), 61);
  assert.equal(await qmailQueue([], outside(tempDir(t), '').io, () => []), 61);
  assert.deepEqual(queuedIn(home), []);
});

test('qmail-queue: as a process, envelope on fd 1 → queued, not a word on standard error', async t => {
  const home = homeWithQueue(t);
  const path = join(home, 'envelope');
  writeFileSync(path, 'Fa@b.c\0Td@e.f\0\0');
  const fd = openSync(path, 'r');
  const child = spawn(process.execPath, [waypost, 'qmail-queue', '--home', home], { stdio: ['pipe', fd, 'pipe'] });
  closeSync(fd);
  child.stdin?.end(Buffer.alloc(3_000_000, 'x\n'));
  const [[code], err] = await Promise.all([once(child, 'exit'), bytesOf(child.stderr as Readable)]);
  assert.deepEqual([code, err.toString()], [0, '']);
  const [only = assert.fail()] = queuedIn(home);
  assert.equal(only.envelope, `u${uid}|Fa@b.c|Td@e.f|`);
  assert.equal(only.message.slice(only.message.indexOf('\n') + 1), 'x\n'.repeat(1_500_000));
});

test('maildirmake: a Maildir for its owner alone; an existing one stays', async t => {
  const path = join(tempDir(t), 'Maildir');
  const { io, err } = outside('/nonexistent', '');
  assert.deepEqual([await maildirmake([path], io), await err()], [0, '']);
  assert.deepEqual(readdirSync(path).sort(), ['cur', 'new', 'tmp']);
  for (const part of ['', 'tmp', 'new', 'cur']) assert.equal(statSync(join(path, part)).mode & 0o777, 0o700);
  const again = outside('/nonexistent', '');
  assert.equal(await maildirmake([path], again.io), 111);
  assert.equal(await again.err(), `maildirmake: fatal: unable to mkdir ${path}: file already exists\n`);
});

test('maildirmake: no name, or too many → usage, 100', async () => {
  for (const args of [[], ['a', 'b'], ['-x'], ['']]) {
    const { io, err } = outside('/nonexistent', '');
    assert.deepEqual([await maildirmake(args, io), await err()], [100, 'maildirmake: usage: maildirmake name\n']);
  }
  assert.ok(!existsSync('-x'));
});
