// qmailctl with services that Debian's supervise looks after, and with a host that it does not know.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findTcpRule, rulesInCdb } from '../../../core/control/tcp-rules.ts';
import { cdbInMemory } from '../../../core/lib/cdb.ts';
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
  assert.match(refused.stderr, /^qmailctl: fatal: supervise looks after none of qmail-send, /);
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
