// A null client (qmail's mini-qmail): a home without a queue, whose mail goes to a QMQP server at once or not at all.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { initHome, serve, waypost } from '../../support/host-process.ts';
import { runProgram } from '../../support/programs.ts';
import { rawClient } from '../../support/raw-client.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

async function initNullClient(directory: string, servers: readonly string[]): Promise<string> {
  const home = join(directory, 'null');
  const named = servers.flatMap(server => ['--null-client', server]);
  const made = await waypost(['init', '--home', home, '--me', 'null.here.example', ...named]);
  assert.equal(made.code, 0, made.stderr);
  return home;
}

/** A host that takes QMQP, and a null client of it. */
async function pair(t: TestContext) {
  const directory = tempDir(t);
  const hub = await initHome(directory, 'hub.example', 'ann');
  writeFileSync(join(hub.home, 'control', 'tcp.qmqp'), '127.0.0.1:allow\n');
  const { ready } = await serve(t, hub.home, ['--qmqp', '127.0.0.1:0']);
  return { hub, home: await initNullClient(directory, [`127.0.0.1:${ready.qmqp?.port}`]) };
}

function control(home: string): Record<string, string> {
  const directory = join(home, 'control');
  return Object.fromEntries(readdirSync(directory).map(name => [name, readFileSync(join(directory, name), 'utf8')]));
}

test('init --null-client → five control files, programs that send, qmail-queue is qmail-qmqpc, no queue', async t => {
  const home = await initNullClient(tempDir(t), ['192.0.2.1', '[2001:db8::1]:10628']);
  assert.deepEqual(control(home), {
    defaultdomain: 'here.example\n',
    idhost: 'null.here.example\n',
    me: 'null.here.example\n',
    plusdomain: 'here.example\n',
    qmqpservers: '192.0.2.1\n[2001:db8::1]:10628\n',
  });
  assert.deepEqual(readdirSync(home).sort(), ['bin', 'control']);
  assert.equal(readlinkSync(join(home, 'bin', 'qmail-queue')), 'qmail-qmqpc');
  for (const name of ['sendmail', 'qmail-inject', 'qmail-qmqpc']) assert.ok(existsSync(join(home, 'bin', name)), name);
  assert.ok(!existsSync(join(home, 'bin', 'qmail-qread')));
});

test('serve --qmqp without control/tcp.qmqp → says that no client is served, and serves none', async t => {
  const { home } = await initHome(tempDir(t), 'hub.example', 'ann');
  const { ready, log } = await serve(t, home, ['--qmqp', '127.0.0.1:0'], { quiet: true });
  await until('the sentence', () =>
    log().includes(`waypost: QMQP accepts no clients: ${home}/control/tcp.qmqp is missing.`),
  );
  const client = await rawClient(ready.qmqp?.port as number);
  client.send('34:10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,,');
  assert.equal(await client.rest(), '');
});

test('null client: qmail-inject, sendmail, qmail-queue → the message is in the hub’s Maildir', async t => {
  const { hub, home } = await pair(t);
  const letter = 'From: bob@null.here.example\nTo: ann@hub.example\nSubject: ';
  await runProgram(join(home, 'bin', 'qmail-inject'), [], `${letter}injected\n\nHi.\n`);
  await runProgram(join(home, 'bin', 'sendmail'), ['-t'], `${letter}sent\n\nHi.\n`);
  const queued = spawn(join(home, 'bin', 'qmail-queue'), { stdio: ['pipe', 'pipe', 'inherit'] });
  queued.stdin.end(`${letter}queued\n\nno end`);
  (queued.stdout as unknown as NodeJS.WritableStream).end('Fbob@x\0Tann@hub.example\0\0');
  assert.equal(await new Promise(resolve => queued.once('exit', resolve)), 0);
  const folder = join(hub.maildir, 'new');
  const arrived = await until('three messages', () => {
    const texts = readdirSync(folder).map(name => readFileSync(join(folder, name), 'latin1'));
    return texts.length === 3 ? texts.join('') : '';
  });
  assert.deepEqual(arrived.match(/(?<=Subject: ).*/g)?.sort(), ['injected', 'queued', 'sent']);
  assert.match(arrived, /\n\nno end/);
  assert.equal(arrived.match(/with QMQP;/g)?.length, 3);
  assert.ok(!existsSync(join(home, 'queue')));
});

test('null client: no server answers → the command fails for now and says so, nothing is kept', async t => {
  const home = await initNullClient(tempDir(t), ['127.0.0.1:9']);
  const sent = await waypost(['qmail-inject', '--home', home, 'ann@hub.example'], { input: 'Subject: x\n\nHi.\n' });
  assert.equal(sent.code, 111);
  assert.match(sent.stderr, /connection to mail server rejected \(#4\.4\.1\)/);
  assert.deepEqual(readdirSync(home).sort(), ['bin', 'control']);
});

test('null client: serve → refused, and no queue is made', async t => {
  const home = await initNullClient(tempDir(t), ['127.0.0.1']);
  const served = await waypost(['serve', '--home', home]);
  assert.equal(served.code, 1);
  assert.match(served.stderr, /is a null client/);
  assert.ok(!existsSync(join(home, 'queue')));
});

test('null client: mailq → says that nothing can wait there', async t => {
  const home = await initNullClient(tempDir(t), ['127.0.0.1']);
  const listed = await waypost(['mailq', '--home', home]);
  assert.equal(listed.code, 111);
  assert.match(listed.stderr, /is a null client: it has no queue/);
});

test('init --null-client: a name instead of an address → refused', async t => {
  const home = join(tempDir(t), 'null');
  const made = await waypost(['init', '--home', home, '--me', 'x.example', '--null-client', 'hub.example']);
  assert.equal(made.code, 1);
  assert.match(made.stderr, /hub\.example is not the IP address of a QMQP server/);
  assert.ok(!existsSync(home));
});
