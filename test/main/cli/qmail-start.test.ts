// qmail-start as an rc file of qmail calls it: an empty environment, the default delivery, and a program that gets the log.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { linkPrograms } from '../../../main/link-programs.ts';
import { command as script } from '../../support/command.ts';
import { giveToOwner, initHome, person, waypost } from '../../support/host-process.ts';
import { initAsRoot, notRoot, rootsUsers } from '../../support/root-home.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

interface Rc {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly stop: () => Promise<number | null>;
}

/** Runs an rc file whose last line starts with `exec env - PATH=… qmail-start`. @param as the user of the process */
function runRc(t: TestContext, home: string, args: string, as = person): Rc {
  linkPrograms(home, script);
  const rc = join(home, 'rc');
  writeFileSync(rc, `#!/bin/sh\nexec env - PATH="${home}/bin:/usr/bin:/bin" \\\nqmail-start ${args}\n`, {
    mode: 0o755,
  });
  if (as.uid !== undefined) giveToOwner(home);
  const child = spawn(rc, [], { stdio: ['ignore', 'pipe', 'pipe'], ...as, cwd: '/' });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', piece => {
      out += piece;
    });
  }
  async function stop(): Promise<number | null> {
    const ended = once(child, 'exit');
    child.kill();
    return (await ended)[0];
  }
  return { child, out: () => out, stop };
}

const send = async (home: string, to: string) => {
  const sent = await waypost(['sendmail', '--home', home, to], { input: 'Subject: hi\n\nHello.\n' });
  assert.deepEqual(sent, { code: 0, stdout: '', stderr: '' });
};

const textOf = (path: string) => (existsSync(path) ? readFileSync(path, 'latin1') : '');

test('qmail-start: a delivery and a logger → mail goes there, the log to the program, whose last lines are waited for', async t => {
  const directory = tempDir(t);
  const { home, mailHome } = await initHome(directory, 'here.example', 'ann');
  const log = join(directory, 'log');
  const rc = runRc(t, home, `./Mailbox sh -c 'cat > ${log}; echo ended >> ${log}'`);
  await until('the start', () => textOf(log).includes('status: local 0/'), 60_000);
  await send(home, 'ann');
  await until('the delivery', () => textOf(log).includes('success: did_1+0+0/'), 30_000);
  assert.match(textOf(join(mailHome, 'Mailbox')), /^From .*\nReturn-Path: .*\nDelivered-To: ann@here\.example\n/);
  assert.equal(textOf(join(home, 'control/defaultdelivery')), './Mailbox\n');
  assert.equal(rc.out(), 'qmail-start: control/defaultdelivery was replaced by the first argument\n');
  assert.equal(await rc.stop(), 0);
  assert.match(textOf(log), /\nstatus: exiting\nended\n$/);
});

test('qmail-start: no argument → the delivery of control, the log on standard output; a second one is refused', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'ann');
  const rc = runRc(t, home, '');
  await until('the start', () => rc.out().startsWith('status: local 0/'), 60_000);
  await send(home, 'ann');
  await until('the delivery', () => rc.out().includes('success: did_1+0+0/'), 30_000);
  assert.equal(readdirSync(join(maildir, 'new')).length > 0, true);
  const second = runRc(t, home, './Maildir/ splogger qmail');
  const [code] = await once(second.child, 'exit');
  assert.equal(code, 1);
  assert.match(second.out(), /^qmail-start: fatal: A mail host is already running on this home/);
  assert.equal(await rc.stop(), 0);
});

test('qmail-start: a logger that ends, one that is missing → the host continues; 111 and an error', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'ann');
  const missing = runRc(t, home, './Maildir/ no-such-logger');
  assert.deepEqual(
    [(await once(missing.child, 'exit'))[0], missing.out()],
    [111, 'qmail-start: fatal: Unable to run no-such-logger: no such file or directory.\n'],
  );
  const rc = runRc(t, home, './Maildir/ true');
  await until('the start', () => existsSync(join(home, 'run/control.sock')), 60_000);
  const before = readdirSync(join(maildir, 'new')).length;
  for (let sent = 0; sent < 2; sent++) await send(home, 'ann');
  await until('the deliveries', () => readdirSync(join(maildir, 'new')).length === before + 2, 30_000);
  assert.equal(await rc.stop(), 0);
});

test('qmail-start: by root → the logger runs as the user of the host, mail is delivered as its owner', {
  skip: notRoot,
}, async t => {
  const { home, maildir } = await initAsRoot(t);
  const log = join(dirname(home), 'log');
  mkdirSync(log);
  chownSync(log, rootsUsers.host.uid, rootsUsers.host.gid);
  const rc = runRc(t, home, `./Maildir/ sh -c '(id -u; cat) > ${log}/all'`, {});
  await until('the start', () => textOf(join(log, 'all')).includes('status: local 0/'), 60_000);
  assert.ok(textOf(join(log, 'all')).startsWith(`${rootsUsers.host.uid}\n`));
  await send(home, 'joe@h.example');
  await until('the delivery', () => textOf(join(log, 'all')).includes('success: did_1+0+0/'), 30_000);
  assert.equal(readdirSync(join(maildir, 'new')).length, 1);
  assert.equal(await rc.stop(), 0);
  assert.match(textOf(join(log, 'all')), /\nstatus: exiting\n$/);
});
