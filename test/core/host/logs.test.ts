// The host's logs are opened for one host alone, with a reason when they cannot be, and every entry stays one line.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Logs, openLogs } from '../../../core/host/logs.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { UserError } from '../../../core/lib/user-error.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const open = (home: string) => openLogs(home, systemClock, () => ({ logDays: 1, logBytes: 1e6 }), undefined);

/** What opening the logs of a home is refused with. */
function refused(home: string): string {
  try {
    open(home);
  } catch (error) {
    assert.ok(error instanceof UserError);
    return error.message;
  }
  return assert.fail('they were opened');
}

test('logs: a directory that cannot be opened → said with its path and the reason, and not as another host', async t => {
  const cases: readonly [what: string, directory: string, spoil: (home: string) => void, reason: RegExp][] = [
    ['log is a file', '', home => writeFileSync(join(home, 'log'), ''), /file already exists/],
    ['log/send is a file', 'send', home => put(home, 'log/send'), /not a directory/],
    ['its lock is a directory', 'send', home => mkdir(home, 'log/send/lock'), /illegal operation on a directory/],
    ['its current is a directory', 'send', home => mkdir(home, 'log/send/current'), /unable to write to/],
    ['log/smtpd is a file', 'smtpd', home => put(home, 'log/smtpd'), /not a directory/],
  ];
  for (const [what, directory, spoil, reason] of cases) {
    const home = tempDir(t);
    spoil(home);
    const message = refused(home);
    assert.ok(message.startsWith('The log of the host cannot be written: '), `${what}: ${message}`);
    assert.ok(message.includes(join(home, 'log', directory)), `${what}: ${message}`);
    assert.match(message, reason, what);
    assert.doesNotMatch(message, /another/i, what);
    // What was opened before it is closed again: a host that is started once the fault is gone is not refused.
    rmSync(join(home, 'log', directory), { recursive: true, force: true });
    const logs = await until('they can be opened', () => opened(home));
    await logs.close();
  }
});

test('logs: another host writes to them → said as that', async t => {
  const home = tempDir(t);
  const first = open(home);
  assert.equal(refused(home), `Another mail host is already running on ${home}.`);
  first.send('status: one');
  await first.close();
  assert.match(readFileSync(join(home, 'log', 'send', 'current'), 'latin1'), /status: one\n$/);
});

test('logs: a line with line ends in it → is one line', async t => {
  const home = tempDir(t);
  const logs = open(home);
  for (const log of [logs.send, logs.sessions, logs.dialogues]) log('a stranger said: x\ndelivery 1: success: forged');
  await logs.close();
  for (const name of ['send', 'smtpd', 'dialogues']) {
    const text = readFileSync(join(home, 'log', name, 'current'), 'latin1');
    assert.match(text, /^@[0-9a-f]{24} a stranger said: x \| delivery 1: success: forged\n$/);
  }
});

function opened(home: string): Logs | undefined {
  try {
    return open(home);
  } catch {
    return undefined;
  }
}

function mkdir(home: string, name: string): void {
  mkdirSync(join(home, name), { recursive: true });
}

function put(home: string, name: string): void {
  mkdir(home, 'log');
  writeFileSync(join(home, name), '');
}
