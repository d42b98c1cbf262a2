// Every dialogue of qmail-smtpd against the service and against the stand-alone program.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeQueueDirs, queueLayout } from '../../../../core/queue/files/layout.ts';
import { refusal } from '../../../../core/queue/qq-codes.ts';
import { run as qmailSmtpd } from '../../../../main/cli/receive/qmail-smtpd.ts';
import { callCommand } from '../../../support/call-command.ts';
import { writeControl } from '../../../support/queue-rig.ts';
import { rawClient } from '../../../support/raw-client.ts';
import { plainMessage, plainReplies, type SmtpVector, smtpVectors } from '../../../support/smtp/vectors.ts';
import { greetedAtOnce, startSmtp, vectorClock } from '../../../support/smtp-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

type Queued = SmtpVector['queued'];

/** The environment as an access rule: the service has no other way to be told. Defaults are those of no environment. */
function ruleFor(environment: Readonly<Record<string, string>> = {}): string {
  const all = { TCPREMOTEIP: 'unknown', TCPLOCALHOST: environment.TCPLOCALIP ?? 'unknown', ...environment };
  return `:allow${Object.entries(all)
    .map(([name, value]) => `,${name}=\0${value}\0`)
    .join('')}\n`;
}

async function onService(t: TestContext, vector: SmtpVector): Promise<{ replies: string[]; queued: Queued }> {
  const { control, environment, queueCode } = vector;
  const answer = queueCode === undefined ? {} : { answer: () => refusal(queueCode) };
  const rig = await startSmtp(t, {
    control: { ...control, 'tcp.smtp': ruleFor(environment) },
    deps: { clock: greetedAtOnce(vectorClock) },
    ...answer,
  });
  const client = await rawClient(rig.port);
  const greeting = await client.line();
  client.send(vector.send);
  client.socket.end();
  const replies = plainReplies(`${greeting}\r\n${await client.rest()}`);
  await until('the client to be gone', () => rig.log.some(line => line.startsWith('smtpd: end')));
  return { replies, queued: rig.taken.map(({ envelope, text }) => ({ envelope, message: plainMessage(text) })) };
}

async function onProgram(t: TestContext, { control, environment, queueCode, send }: SmtpVector) {
  const home = tempDir(t);
  const files = Object.entries({ me: 'heaven.af.mil\n', rcpthosts: 'heaven.af.mil\n', ...control });
  writeControl(home, Object.fromEntries(files.filter((file): file is [string, string] => file[1] !== undefined)));
  makeQueueDirs(queueLayout(home));
  const filter = join(home, 'filter');
  if (queueCode !== undefined) writeFileSync(filter, `#!/bin/sh\ncat >/dev/null\nexit ${queueCode}\n`, { mode: 0o755 });
  const env = { ...environment, ...(queueCode === undefined ? {} : { QMAILQUEUE: filter }) };
  const called = await callCommand(qmailSmtpd, [], { home, input: send, env });
  return { replies: plainReplies(called.stdout), queued: queuedIn(home), code: called.code };
}

/** What waits in a queue, without the lines that qmail-queue adds. */
function queuedIn(home: string): Queued {
  const layout = queueLayout(home);
  return readdirSync(layout.todoDir).map(name => ({
    envelope: `${readFileSync(layout.todo(Number(name)), 'latin1').replace(/^u\d+\0p\d+\0/, '')}\0`,
    message: plainMessage(
      readFileSync(layout.mess(Number(name)), 'latin1').replace(
        /^Received: \(qmail \d+ invoked from network\); .*\n/,
        '',
      ),
    ),
  }));
}

for (const vector of smtpVectors) {
  const { name, replies, queued = [], exitCode = 0 } = vector;

  test(`smtp service: ${name}`, async t => {
    assert.deepEqual(await onService(t, vector), { replies, queued });
  });

  test(`qmail-smtpd: ${name}`, async t => {
    assert.deepEqual(await onProgram(t, vector), { replies, queued, code: exitCode });
  });
}

test('qmail-smtpd: no home, no queue → 421 at once, 451 after the message', async t => {
  const home = tempDir(t);
  const noHome = await callCommand(qmailSmtpd, [], { home, input: 'NOOP\r\n' });
  assert.deepEqual([noHome.code, noHome.stdout], [1, '421 unable to read controls (#4.3.0)\r\n']);
  mkdirSync(join(home, 'control'));
  writeControl(home);
  const send = 'MAIL FROM:<>\r\nRCPT TO:<joe>\r\nDATA\r\n.\r\nQUIT\r\n';
  const noQueue = await callCommand(qmailSmtpd, [], { home, input: send });
  assert.deepEqual(noQueue.stdout.split('\r\n').slice(4, 5), ['451 qqt failure (#4.3.0)']);
  assert.match(noQueue.stderr, /^qmail-smtpd: alert: .*has no mail queue/);
});
