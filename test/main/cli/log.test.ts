// multilog, tai64n, tai64nlocal and splogger as programs: signals, exit codes, a syslog socket.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { CommandIo } from '../../../main/cli/command-io.ts';
import { run as splogger } from '../../../main/cli/log/splogger.ts';
import { command } from '../../support/command.ts';
import { waypost } from '../../support/host-process.ts';
import { without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function runningMultilog(t: TestContext) {
  const directory = join(tempDir(t), 'log');
  const child = spawn(process.execPath, [command, 'multilog', directory], { stdio: ['pipe', 'ignore', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const current = () =>
    existsSync(join(directory, 'current')) ? readFileSync(join(directory, 'current'), 'utf8') : '';
  const old = () => readdirSync(directory).filter(name => name.startsWith('@'));
  return { directory, child, ended, current, old };
}

test('multilog: ALRM → a new file; TERM in the middle of a line → that line is still taken, then exit code 0', async t => {
  const { child, ended, current, old, directory } = await runningMultilog(t);
  child.stdin.write('one\n');
  await until('the first line', () => current() === 'one\n');
  child.kill('SIGALRM');
  await until('a new file', () => old().length === 1 && current() === '');
  child.stdin.write('two\nthr');
  await until('the second line', () => current() === 'two\n');
  child.kill('SIGTERM');
  child.stdin.write('ee\n');
  assert.deepEqual(await ended, [0, null]);
  assert.equal(current(), 'two\nthree\n');
  assert.equal(readFileSync(join(directory, old()[0] as string), 'utf8'), 'one\n');
});

test('multilog: TERM between two lines → ends at once with 0', async t => {
  const { child, ended, current } = await runningMultilog(t);
  child.stdin.write('one\n');
  await until('the first line', () => current() === 'one\n');
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('multilog: the directory is in use, or cannot be made → 111', async t => {
  const { child, directory } = await runningMultilog(t);
  await until('it runs', () => existsSync(join(directory, 'current')));
  const second = await waypost(['multilog', directory]);
  assert.equal(second.code, 111);
  assert.match(second.stderr, /^multilog: fatal: unable to lock directory .*: another program writes to it\n$/);
  assert.equal((await waypost(['multilog', '/nonexistent/log'])).code, 111);
  child.stdin.end();
});

test('tai64n and tai64nlocal: one after the other → readable times, lines unchanged', async () => {
  const stamped = await waypost(['tai64n'], { input: 'one\n\ntwo' });
  assert.match(stamped.stdout, /^@[0-9a-f]{24} one\n@[0-9a-f]{24} \n@[0-9a-f]{24} two$/);
  const input = '@4000000037c219bf2ef02e94 one\nplain\n';
  const shown = await waypost(['tai64nlocal'], { input, env: { TZ: 'America/New_York' } });
  assert.equal(shown.stdout, '1999-08-24 00:04:05.787492500 one\nplain\n');
});

const receiver = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
print('bound', flush=True)
while True:
    text = s.recv(4096)
    print(text.decode('latin1'), flush=True)
    if text.endswith(b'the end'): break
`;

function ioWith(input: string): { io: CommandIo; said: () => string } {
  let said = '';
  const stderr = new Writable({
    write(piece, _, done) {
      said += piece;
      done();
    },
  });
  const stdin = Readable.from([Buffer.from(input)]);
  return {
    io: { env: {}, stdin, stdout: stderr, stderr, home: '/nonexistent', programName: 'splogger', script: '' },
    said: () => said,
  };
}

test('splogger: lines → datagrams at the syslog socket, with tag, facility and priority', {
  skip: without('python3'),
}, async t => {
  const path = join(tempDir(t), 'log');
  const child = spawn('python3', ['-c', receiver, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let got = '';
  child.stdout.on('data', piece => {
    got += piece;
  });
  await until('the socket is there', () => got === 'bound\n');
  const { io, said } = ioWith('status: exiting\nwarning: x\nalert: y\nthe end\n');
  assert.equal(await splogger(['qmail', '3'], io, path), 0);
  await once(child, 'close');
  const lines = got.trimEnd().split('\n').slice(1);
  const shown = lines.map(line =>
    line.replace(/[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d/, 'DATE').replace(/\d{10}\.\d{6}/, 'STAMP'),
  );
  assert.deepEqual(shown, [
    '<30>DATE qmail: STAMP status: exiting',
    '<28>DATE qmail: STAMP warning: x',
    '<25>DATE qmail: STAMP alert: y',
    '<30>DATE qmail: STAMP the end',
  ]);
  assert.equal(said(), '');
});

test('splogger: no receiver → it says so once, and reads its input to the end', async t => {
  const path = join(tempDir(t), 'log');
  const { io, said } = ioWith('one\ntwo\n');
  assert.equal(await splogger([], io, path), 0);
  assert.equal(said(), `splogger: warning: messages are lost: no program reads ${path}\n`);
});
