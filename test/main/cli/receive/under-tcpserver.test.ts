// The programs as they are meant to be used: under djb's tcpserver, one process for each client.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { command } from '../../../support/command.ts';
import { startDns } from '../../../support/dns-server.ts';
import { runProgram, without } from '../../../support/programs.ts';
import { type RawClient, rawClient } from '../../../support/raw-client.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const waypost = [process.execPath, command];

interface Server {
  readonly port: number;
  readonly home: string;
  /** Everything that tcpserver and the programs wrote to standard error. */
  errors(): string;
}

/** Runs `programs` under tcpserver with access rules; each of them is one of ours, with its arguments. */
async function serve(
  t: TestContext,
  rules: string,
  programs: readonly string[][],
  control: Record<string, string> = {},
): Promise<Server> {
  const home = tempDir(t);
  mkdirSync(join(home, 'control'));
  for (const [name, text] of Object.entries({ me: 'me.example\n', rcpthosts: 'me.example\n', ...control })) {
    writeFileSync(join(home, 'control', name), text);
  }
  makeQueueDirs(queueLayout(home));
  const cdb = join(home, 'rules.cdb');
  await runProgram('tcprules', [cdb, `${cdb}.tmp`], rules);
  const chain = programs.flatMap(program => [...waypost, ...program]);
  const child = spawn(
    'tcpserver',
    ['-1', '-v', '-x', cdb, '-H', '-R', '-l', 'local.example', '127.0.0.1', '0', ...chain],
    {
      env: { ...process.env, WAYPOST_HOME: home },
    },
  );
  let errors = '';
  child.stderr.on('data', raw => {
    errors += raw;
  });
  t.after(() => end(child));
  const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { port: Number(port), home, errors: () => errors };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

async function replies(client: RawClient, commands: string): Promise<string[]> {
  client.send(commands);
  return (await client.rest()).split('\r\n').slice(0, -1);
}

const skip = without('tcpserver');

test('qmail-smtpd under tcpserver: a message → queued, with what tcpserver knows of the client', { skip }, async t => {
  const { port, home, errors } = await serve(t, '127.:allow,RELAYCLIENT=".fix"\n', [['qmail-smtpd']]);
  const client = await rawClient(port);
  assert.equal(await client.line(), '220 me.example ESMTP');
  const said = await replies(
    client,
    'HELO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: t\r\n.\r\nQUIT\r\n',
  );
  assert.match(said.join('|'), /^250 me\.example\|250 ok\|250 ok\|354 go ahead\|250 ok \d+ qp \d+\|221 me\.example$/);
  const layout = queueLayout(home);
  const [name = ''] = readdirSync(layout.todoDir);
  assert.match(readFileSync(layout.todo(Number(name)), 'latin1'), /\0Fa@b\0Tc@d\.fix\0$/);
  const message = readFileSync(layout.mess(Number(name)), 'latin1');
  assert.match(
    message,
    /^Received: \(qmail \d+ invoked from network\); .*\nReceived: from unknown \(HELO x\) \(127\.0\.0\.1\)\n {2}by local\.example with SMTP; .*\nSubject: t\n$/,
  );
  await until('the program to end', () => /tcpserver: end \d+ status 0\n/.test(errors()));
});

test('fixcrio, recordio and qmail-smtpd in a row: a client without CRs → understood, and recorded', {
  skip,
}, async t => {
  const { port, home, errors } = await serve(t, ':allow\n', [['recordio'], ['fixcrio'], ['qmail-smtpd']]);
  const client = await rawClient(port);
  await client.line();
  const said = await replies(client, 'MAIL FROM:<a@b>\nRCPT TO:<c>\nDATA\n\nx\n.\nQUIT\n');
  assert.match(said.join('|'), /^250 ok\|250 ok\|354 go ahead\|250 ok \d+ qp \d+\|221 me\.example$/);
  assert.equal(readdirSync(queueLayout(home).todoDir).length, 1);
  await until('the record', () => errors().includes(' > [EOF]'));
  assert.match(errors(), /^\d+ < RCPT TO:<c> $/m);
  assert.match(errors(), /^\d+ > 354 go ahead\r? $/m);
});

test('rblsmtpd under tcpserver: a listed client → smtpd.md 11; others → the program', { skip }, async t => {
  const resolvers = `${await startDns(t, { '1.0.0.127.bad.example': { txt: ['"Error"'] } })}\n`;
  const commands = 'EHLO x\r\nRCPT TO:<a>\r\nQUIT\r\n';
  for (const [rules, options, expected] of [
    [':allow,RBLSMTPD="-Error"\n', [], /^220 rblsmtpd\.local\|250 rblsmtpd\.local\|553 Error\|221 rblsmtpd\.local$/],
    [
      ':allow\n',
      ['-b', '-r', 'bad.example'],
      /^220 rblsmtpd\.local\|250 rblsmtpd\.local\|553 Error\|221 rblsmtpd\.local$/,
    ],
    [':allow\n', ['-b', '-t0', '-r', 'bad.example'], /^553 Error$/],
    [':allow\n', ['-r', 'good.example'], /^220 me\.example ESMTP\|250-me\.example\|.*\|221 me\.example$/],
    [':allow,RBLSMTPD=""\n', ['-r', 'bad.example'], /^220 me\.example ESMTP\|/],
  ] as const) {
    const { port, errors } = await serve(t, rules, [['rblsmtpd', ...options], ['qmail-smtpd']], { resolvers });
    const said = await replies(await rawClient(port), commands);
    assert.match(said.join('|'), expected, `${rules} ${options.join(' ')}`);
    if (said.join().includes('553')) assert.match(errors(), /^rblsmtpd: 127\.0\.0\.1 pid \d+: 553 Error$/m);
  }
});
