// The same input for notqmail's qmail-qmtpd and qmail-qmqpd, where they are installed, and for ours: the same answers, the
// same exit code, the same message and envelope for the queue (remote.md 3 and 4).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { netstring } from '../../core/lib/net/netstring.ts';
import type { Run } from '../../main/cli/command.ts';
import { run as qmqpd } from '../../main/cli/receive/qmail-qmqpd.ts';
import { run as qmtpd } from '../../main/cli/receive/qmail-qmtpd.ts';
import { callCommand } from '../support/call-command.ts';
import { writeControl } from '../support/queue-rig.ts';
import { tempDir } from '../support/temp-dir.ts';

const bin = '/var/qmail/bin';
const skip = existsSync(`${bin}/qmail-qmtpd`) ? false : `no programs of qmail in ${bin}`;
const ours: Readonly<Record<string, Run>> = { 'qmail-qmtpd': qmtpd, 'qmail-qmqpd': qmqpd };

function pack(message: string, sender: string, recipients: readonly string[]): string {
  const list = Buffer.concat(recipients.map(netstring));
  return Buffer.concat([netstring(message), netstring(sender), netstring(list)]).toString('latin1');
}

function enclose(message: string, addresses: readonly string[]): string {
  return netstring(Buffer.concat([message, ...addresses].map(netstring))).toString('latin1');
}

const whole = pack('\nHi\nthere.\n', 'Sender', ['joe@heaven.af.mil', 'x@other.z', 'user']);
const inner = '10:Hi\nthere.\n,3:a@b,5:x@y.z,3:q@r,';

/** Who the client is; everything is allowed, as the rcpthosts of the installed qmail are its own. */
const client = {
  TCPREMOTEIP: '192.0.2.1',
  TCPREMOTEHOST: 'h.ex(am)ple',
  TCPREMOTEINFO: 'joe',
  TCPLOCALHOST: 'l.example',
  RELAYCLIENT: '',
};

const cases: [program: string, what: string, input: string, env?: Record<string, string>][] = [
  ['qmail-qmtpd', 'remote.md 9', whole],
  ['qmail-qmtpd', 'three packages', whole + whole + pack('\rlast\r\n', '', ['joe'])],
  ['qmail-qmtpd', 'lines that end in CR LF', pack('\ra\r\nb\rc\r\r\n\n\r', '', ['joe'])],
  ['qmail-qmtpd', 'lines that end in LF, 8-bit data, no end', pack('\na\r\n\0\xff', '', ['joe'])],
  ['qmail-qmtpd', 'an empty message', pack('\n', '', ['joe'])],
  ['qmail-qmtpd', 'a sender of 999 bytes', pack('\nx', 'x'.repeat(999), ['joe'])],
  ['qmail-qmtpd', 'a sender of 1000 bytes', pack('\nx', 'x'.repeat(1000), ['joe'])],
  ['qmail-qmtpd', 'a sender with NUL', pack('\nx', 'a\0b', ['joe'])],
  ['qmail-qmtpd', 'recipients too long or with NUL', pack('\nx', 'a', ['x'.repeat(1000), 'x'.repeat(999), 'a\0b'])],
  [
    'qmail-qmtpd',
    'RELAYCLIENT that makes one too long',
    pack('\nx', 'a', ['x@y', 'x'.repeat(995)]),
    { RELAYCLIENT: '@gate' },
  ],
  ['qmail-qmtpd', 'nobody', pack('\nx', 'a', [])],
  ['qmail-qmtpd', 'as large as it may be', pack('\nHi.\n', 'a', ['joe']), { DATABYTES: '4' }],
  ['qmail-qmtpd', 'too large', pack('\nHi.\n', 'a', ['joe', 'ann']), { DATABYTES: '3' }],
  ['qmail-qmtpd', 'too large once decoded', pack('\ra\r\nb\r\n.', 'a', ['joe']), { DATABYTES: '4' }],
  ['qmail-qmtpd', 'too large, from a bad sender', pack('\nHi.\n', 'a\0', ['joe']), { DATABYTES: '3' }],
  ...[
    '0:,',
    'xHi',
    '3x:',
    '3:xHi,',
    '3:\nHiX',
    '2:\nx,0:,3:9:a,,',
    '2:\nx,0:,2:99,',
    '20000000010',
    ':',
    '',
    whole.slice(0, -1),
  ].map((input): [string, string, string] => ['qmail-qmtpd', JSON.stringify(input.slice(-20)), input]),
  ['qmail-qmqpd', 'remote.md 10', `34:${inner},`],
  ...[0, 1, 33, 35, 38, 100].map((length): [string, string, string] => [
    'qmail-qmqpd',
    `length ${length}`,
    `${length}:${inner},`,
  ]),
  ['qmail-qmqpd', 'no recipients', enclose('x', ['a@b'])],
  ['qmail-qmqpd', 'no sender', enclose('x', [])],
  ['qmail-qmqpd', 'addresses of 999 bytes', enclose('x', ['x'.repeat(999), 'x'.repeat(999)])],
  ['qmail-qmqpd', 'a sender of 1000 bytes', enclose('x', ['x'.repeat(1000), 'b'])],
  ['qmail-qmqpd', 'a recipient of 1000 bytes', enclose('x', ['a', 'x'.repeat(1000)])],
  ['qmail-qmqpd', 'NUL', enclose('x', ['a\0b', 'c'])],
  ...['EHLO x\r\n', '20000000010', '', `34:${inner}`, `34:${inner}x`, '12:1:x,3:a@b,9:'].map(
    (input): [string, string, string] => ['qmail-qmqpd', JSON.stringify(input.slice(-20)), input],
  ),
];

/** A qmail-queue that keeps what it gets. */
function keepingQueue(t: TestContext): { path: string; kept(): string[] } {
  const directory = tempDir(t);
  const path = join(directory, 'queue');
  writeFileSync(path, `#!/bin/sh\ncat > ${directory}/message; cat <&1 > ${directory}/envelope\n`, { mode: 0o755 });
  const kept = () =>
    ['message', 'envelope'].map(name => {
      const file = join(directory, name);
      return existsSync(file) ? readFileSync(file, 'latin1').replace(/ with (QM.P); .*/, ' with $1; DATE') : '';
    });
  return { path, kept };
}

const normal = (output: string): string => output.replace(/\d+:Kok \d+ qp \d+,/g, 'K,');

for (const [program, what, input, env] of cases) {
  test(`notqmail's ${program}: ${what} → as ours`, { skip }, async t => {
    const [theirQueue, ourQueue] = [keepingQueue(t), keepingQueue(t)];
    const theirs = spawnSync(`${bin}/${program}`, [], {
      input: Buffer.from(input, 'latin1'),
      env: { PATH: process.env.PATH, ...client, ...env, QMAILQUEUE: theirQueue.path },
      encoding: 'latin1',
    });
    const home = tempDir(t);
    writeControl(home);
    const mine = await callCommand(ours[program] as Run, [], {
      input,
      home,
      env: { PATH: String(process.env.PATH), ...client, ...env, QMAILQUEUE: ourQueue.path },
    });
    assert.deepEqual([mine.code, normal(mine.stdout)], [theirs.status, normal(theirs.stdout)]);
    // A refused message has passed qmail's queue program already, but without an envelope.
    if (mine.stdout.includes('K')) assert.deepEqual(ourQueue.kept(), theirQueue.kept());
  });
}
