// qmailctl with services under Debian's supervise, and with a host that supervise does not know.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTcpRule, rulesInCdb } from '../../../core/control/tcp-rules.ts';
import { cdbInMemory } from '../../../core/lib/disk/cdb.ts';
import { fakeSystemd } from '../../support/fake-systemd.ts';
import { giveToOwner, initHome, person, serve, waypost } from '../../support/host-process.ts';
import { without } from '../../support/programs.ts';
import { tempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test('qmailctl: services under supervise → stat, stop, start, pause (the host below, too), cont', {
  skip: without('supervise'),
}, async t => {
  const directory = tempDir(t);
  const service = join(directory, 'services/qmail-send');
  const { home } = await initHome(directory, 'here.example', 'ann');
  mkdirSync(service, { recursive: true });
  writeFileSync(join(service, 'run'), `#!/bin/sh\nsleep 1000 &\necho $! > ${directory}/child\nwait\n`, { mode: 0o755 });
  giveToOwner(directory);
  const supervise = spawn('supervise', [service], { stdio: 'ignore', ...person });
  const env = { SVDIR: join(directory, 'services') };
  const ctl = async (word: string) => {
    const { code, stdout, stderr } = await waypost(['qmailctl', '--home', home, word], { env });
    assert.deepEqual([code, stderr], [0, ''], word);
    return stdout;
  };
  const says = () => execFileSync('svstat', [service], { encoding: 'latin1' });
  const stateOf = (pid: string) => /^State:\s(\S)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
  try {
    await until('the service', () => existsSync(join(directory, 'child')) && says().includes(': up '), 60_000);
    const child = readFileSync(join(directory, 'child'), 'latin1').trim();
    assert.match(await ctl('stat'), /qmail-send: up \(pid \d+\) \d+ seconds\nmessages in queue: 0\n/);
    assert.equal(await ctl('pause'), `Pausing ${service}\n`);
    await until('the pause', () => says().includes('paused') && stateOf(child) === 'T', 60_000);
    await ctl('cont');
    await until('the end of it', () => !says().includes('paused') && stateOf(child) === 'S', 60_000);
    await ctl('stop');
    await until('the stop', () => says().includes(': down '), 60_000);
    await ctl('start');
    await until('the start', () => says().includes(': up '), 60_000);
    for (const pid of [child, readFileSync(join(directory, 'child'), 'latin1').trim()]) process.kill(Number(pid));
  } finally {
    const ended = once(supervise, 'exit');
    execFileSync('svc', ['-dx', service]);
    await ended;
  }
});

test('qmailctl: the host is a service of this machine → start, stop and restart are its orders, under any name', {
  skip: process.platform === 'linux' ? false : 'systemd is Linux’s',
}, async t => {
  const directory = tempDir(t);
  const { home } = await initHome(directory, 'vm', 'ines');
  const systemd = fakeSystemd(t, directory);
  mkdirSync(join(directory, 'person'));
  giveToOwner(directory);
  const variables = { HOME: join(directory, 'person'), XDG_CONFIG_HOME: '', SVDIR: join(directory, 'nowhere') };
  const env = { ...variables, APPIMAGE: '', PATH: `${systemd.bin}:${process.env.PATH}` };
  const ctl = (word: string) => waypost(['qmailctl', '--home', home, word], { env });
  const install = ['service', '--home', home, 'install', '--name', 'my-mail', '--smtp', '127.0.0.1:0'];
  assert.equal((await waypost(install, { env })).code, 0);
  await until('the host', async () => (await ctl('stat')).code === 0, 60_000);
  assert.deepEqual(await ctl('stop'), { code: 0, stdout: 'The service my-mail was stopped.\n', stderr: '' });
  assert.equal((await ctl('stat')).code, 1);
  assert.equal((await ctl('start')).stdout, 'The service my-mail was started.\n');
  await until('the host again', async () => (await ctl('stat')).code === 0, 60_000);
  assert.equal((await ctl('restart')).stdout, 'The service my-mail was stopped and started.\n');
  assert.equal(systemd.calls().at(-1), 'systemctl --user restart my-mail');
});

test('qmailctl: a host that serve started → pause takes mail in and delivers nothing, until cont', async t => {
  const { home, maildir } = await initHome(tempDir(t), 'here.example', 'ann');
  const env = { SVDIR: join(home, 'nowhere') };
  const ctl = (word: string) => waypost(['qmailctl', '--home', home, word], { env });
  await serve(t, home, []);
  const { stdout } = await ctl('pause');
  assert.equal(stdout, 'Nothing is delivered until: qmailctl cont\n');
  const input = 'To: ann\nSubject: waits\n\n';
  assert.equal((await waypost(['qmail-inject', '--home', home], { input })).code, 0);
  assert.equal((await ctl('doqueue')).code, 0);
  assert.match((await ctl('stat')).stdout, /Deliveries have been paused since [\s\S]*messages in queue: 1\n/);
  assert.deepEqual(readdirSync(join(maildir, 'new')), []);
  assert.equal((await ctl('cont')).stdout, 'Deliveries go on.\n');
  await until('the message', () => readdirSync(join(maildir, 'new')).length === 1);
  assert.doesNotMatch((await ctl('stat')).stdout, /paused/);
});

test('qmailctl: a host that serve started → stat, doqueue, reload, queue; what only supervise could do is refused', async t => {
  const { home } = await initHome(tempDir(t), 'here.example', 'ann');
  const env = { SVDIR: join(home, 'nowhere') };
  const ctl = (word: string) => waypost(['qmailctl', '--home', home, word], { env });
  assert.equal((await ctl('reload')).code, 1);
  await serve(t, home, []);
  const stat = await ctl('stat');
  assert.match(stat.stdout, /^Waypost runs\.\n(?:.*\n)*messages in queue: \d+\n/);
  assert.deepEqual(await ctl('doqueue'), { code: 0, stdout: 'Everything in the queue is tried now.\n', stderr: '' });
  assert.deepEqual(await ctl('hup'), { code: 0, stdout: 'The control files were read again.\n', stderr: '' });
  assert.match((await ctl('queue')).stdout, /^messages in queue: \d+\n/);
  const refused = await ctl('stop');
  assert.deepEqual([refused.code, refused.stdout], [111, '']);
  assert.match(
    refused.stderr,
    /^qmailctl: fatal: Neither supervise \(in .*nowhere\) nor waypost service runs this host\. /,
  );
});

test('qmailctl: cdb → the access rules compiled; no word, a wrong one → usage and 100', async t => {
  const rules = join(tempDir(t), 'tcp.smtp');
  writeFileSync(rules, '127.:allow,RELAYCLIENT=""\n:deny\n');
  const { code, stdout } = await waypost(['qmailctl', 'cdb'], { env: { TCPRULES: rules } });
  assert.deepEqual([code, stdout], [0, `Reloaded ${rules}.\n`]);
  const found = findTcpRule(rulesInCdb(cdbInMemory(readFileSync(`${rules}.cdb`))), { TCPREMOTEIP: '127.0.0.1' });
  assert.equal(found?.denied, false);
  for (const args of [[], ['restrat'], ['stop', 'now']]) {
    const wrong = await waypost(['qmailctl', ...args]);
    assert.deepEqual([wrong.code, wrong.stderr.startsWith('usage: qmailctl start|stop|')], [100, true]);
  }
});
