// tcpserver and tcpclient as processes, with each other.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { parseTcpRules } from '../../../../core/control/tcp-rules.ts';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { command as waypost } from '../../../support/command.ts';
import { rawClient } from '../../../support/raw-client.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

async function serve(t: TestContext, args: readonly string[]) {
  const child = spawn(process.execPath, [waypost, 'tcpserver', '-1', '-v', '-HRl', 'Local', ...args]);
  t.after(() => end(child));
  let errors = '';
  child.stderr.on('data', raw => {
    errors += raw;
  });
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { port: Number(port), child, errors: () => errors };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function run(args: readonly string[], input = '') {
  const child = spawn(process.execPath, [waypost, ...args]);
  child.stdin.on('error', () => {}).end(input);
  const ended = once(child, 'close') as Promise<[number]>;
  const [out, err] = await Promise.all([buffer(child.stdout), buffer(child.stderr)]);
  return { out: out.toString(), err: err.toString(), code: (await ended)[0] };
}

/** The rules as a database in a file. */
function rulesIn(t: TestContext, text: string): string {
  const path = join(tempDir(t), 'cdb');
  writeFileSync(path, encodeCdb(parseTcpRules(text)));
  return path;
}

test('tcpserver: smtpd.md 13 → the environment of the program, and every line of the log', async t => {
  const script = 'read x; echo "$x $TCPREMOTEIP $TCPLOCALHOST $PROTO $(env | grep -c TCPREMOTEHOST=)"; exit 1';
  const { port, errors } = await serve(t, ['127.0.0.1', '0', 'sh', '-c', script]);
  const client = await rawClient(port);
  const from = client.socket.localPort;
  client.send('hi\n');
  assert.equal(await client.rest(), 'hi 127.0.0.1 Local TCP 0\n');
  await until('the end of the program', () => errors().split('status: 0/40').length === 3);
  const pid = /pid (\d+)/.exec(errors())?.[1];
  assert.deepEqual(errors().split('\n'), [
    'tcpserver: status: 0/40',
    'tcpserver: status: 1/40',
    `tcpserver: pid ${pid} from 127.0.0.1`,
    `tcpserver: ok ${pid} Local:127.0.0.1:${port} :127.0.0.1::${from}`,
    `tcpserver: end ${pid} status 256`,
    'tcpserver: status: 0/40',
    '',
  ]);
});

test('tcpserver: rules → variables for some, nothing for others', async t => {
  const allow = await serve(t, ['-x', rulesIn(t, '127.:allow,A="b"\n'), '127.0.0.1', '0', 'sh', '-c', 'echo $A']);
  assert.equal(await (await rawClient(allow.port)).rest(), 'b\n');
  const deny = await serve(t, ['-x', rulesIn(t, ':deny\n'), '-B', 'hello\n', '127.0.0.1', '0', 'echo', 'in']);
  assert.equal(await (await rawClient(deny.port)).rest(), '');
  await until('the log', () => /tcpserver: deny \d+ Local:.*\ntcpserver: end \d+ status 25600\n/.test(deny.errors()));
});

const lacking: [options: string[], heard: string, said: RegExp][] = [
  [
    ['-x', '/nowhere/cdb'],
    '',
    /warning: dropping connection, unable to read \/nowhere\/cdb: file does not exist\n.*end \d+ status 28416/,
  ],
  [['-X', '-x', '/nowhere/cdb', '-B', 'hello\n'], 'hello\nin\n', /end \d+ status 0/],
];

for (const [options, heard, said] of lacking) {
  test(`tcpserver: ${JSON.stringify(options)}, no such file → ${JSON.stringify(heard)}`, async t => {
    const { port, errors } = await serve(t, [...options, '127.0.0.1', '0', 'echo', 'in']);
    assert.equal(await (await rawClient(port)).rest(), heard);
    await until('the log', () => said.test(errors()));
  });
}

test('tcpserver: more clients than -c → they wait; a program that is not there → the client is dropped', async t => {
  const { port, errors } = await serve(t, ['-c', '1', '127.0.0.1', '0', 'sh', '-c', 'echo in; read x; echo $x']);
  const [first, second] = [await rawClient(port), await rawClient(port)];
  await until('the first program', () => errors().includes('ok'));
  second.send('two\n');
  first.send('one\n');
  assert.equal(await first.rest(), 'in\none\n');
  assert.equal(await second.rest(), 'in\ntwo\n');
  assert.ok(!errors().includes('2/1'));
  const missing = await serve(t, ['127.0.0.1', '0', '/nowhere/program']);
  assert.equal(await (await rawClient(missing.port)).rest(), '');
  await until('the log', () => missing.errors().includes('unable to run /nowhere/program: file does not exist\n'));
});

test('tcpserver: SIGTERM → exit 0, a program that runs goes on', async t => {
  const { port, child } = await serve(t, ['127.0.0.1', '0', 'sh', '-c', 'echo in; read x; echo $x']);
  const client = await rawClient(port);
  client.socket.pause();
  await new Promise(resolve => client.socket.once('readable', resolve));
  const ended = once(child, 'exit');
  child.kill();
  assert.deepEqual(await ended, [0, null]);
  client.socket.resume();
  client.send('still here\n');
  assert.equal(await client.rest(), 'in\nstill here\n');
});

test('tcpclient: both directions and the environment → the program, whose exit code counts', async t => {
  const { port } = await serve(t, ['127.0.0.1', '0', 'sh', '-c', 'read x; echo "got $x"; wc -c']);
  const script =
    'echo hello >&7; head -c 300000 /dev/zero >&7; exec 7>&-; cat <&6; echo $TCPREMOTEPORT $TCPLOCALHOST; exit 5';
  const { out, code } = await run(['tcpclient', '-HR', '-l', 'me', 'localhost', String(port), 'sh', '-c', script]);
  assert.deepEqual([out, code], [`got hello\n300000\n${port} me\n`, 5]);
});

const failures: [args: string[], code: number, err: RegExp][] = [
  [
    ['tcpclient', '127.0.0.1', '1', 'cat'],
    111,
    /^tcpclient: unable to connect to 127\.0\.0\.1 port 1: connection refused\n$/,
  ],
  [
    ['tcpclient', '-Q', '127.0.0.1', 'no-service', 'cat'],
    111,
    /^tcpclient: fatal: unable to figure out port number for no-service\n$/,
  ],
  [['tcpclient', '127.0.0.1', '1'], 100, /^tcpclient: usage: /],
  [['tcpserver', '-z'], 100, /^tcpserver: usage: /],
  [
    ['tcpserver', '0', 'no-service', 'cat'],
    111,
    /^tcpserver: fatal: unable to figure out port number for no-service\n$/,
  ],
];

for (const [args, code, err] of failures) {
  test(`${args.join(' ')} → ${code}`, async () => {
    const called = await run(args);
    assert.equal(called.code, code);
    assert.match(called.err, err);
  });
}

test('tcpserver: a port that is taken → 111', async t => {
  const { port } = await serve(t, ['127.0.0.1', '0', 'cat']);
  const { err, code } = await run(['tcpserver', '127.0.0.1', String(port), 'cat']);
  assert.deepEqual([err, code], ['tcpserver: fatal: unable to bind: address already used\n', 111]);
});
