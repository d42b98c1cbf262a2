// How it is found out whether a link is up.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseLink } from '../../../../core/control/links/link-file.ts';
import { createDial } from '../../../../core/conversation/channel.ts';
import { systemClock } from '../../../../core/lib/clock.ts';
import { createLooks } from '../../../../core/link/known-by/looks.ts';
import { startTcpPeer } from '../../../support/tcp-peer.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const looks = createLooks({
  clock: systemClock,
  dial: createDial(systemClock),
  lookUp: async host => [host],
  environment: process.env,
});
const look = (knownBy: string) => looks(parseLink('x', `server h.example\nknown-by ${knownBy}\n`).link)?.();

test('known-by person → nothing is looked at', () => {
  assert.equal(look('person'), undefined);
});

test('known-by interface → one with an address is up, one that is not there is down', async () => {
  const [name = ''] = Object.keys(networkInterfaces());
  assert.equal((await look(`interface ${name}`))?.up, true);
  const missing = await look('interface nosuch0');
  assert.equal(missing?.up, false);
  assert.match(missing?.because ?? '', /nosuch0/);
});

test('known-by route → this machine has one to itself', async () => {
  assert.equal((await look('route 127.0.0.1'))?.up, true);
});

test('known-by probe → an open port is up, a closed one down', async t => {
  const peer = await startTcpPeer(t, () => {});
  assert.deepEqual(await look(`probe 127.0.0.1:${peer.port}`), {
    up: true,
    because: `127.0.0.1 port ${peer.port} answers`,
  });
  assert.equal((await look('probe 127.0.0.1:1'))?.up, false);
});

test('known-by command → its exit code', async () => {
  assert.deepEqual(await look('command true'), { up: true, because: 'the command exited 0' });
  assert.deepEqual(await look('command exit 3'), { up: false, because: 'the command exited 3' });
});

test('known-by command: the host is killed → the command ends, with all that it has started', async t => {
  const started = join(tempDir(t), 'started');
  const host = spawn(process.execPath, [
    '--input-type=module',
    '-e',
    hostThatRuns(`echo $$ >${started}; sleep 600 & wait`),
  ]);
  t.after(() => host.kill('SIGKILL'));
  const pid = await until(
    'the command',
    () => (existsSync(started) && Number(readFileSync(started, 'utf8'))) || undefined,
  );
  const [, group] = processes().find(([each]) => each === pid) ?? [];
  const members = () => processes().filter(([, each]) => each === group).length;
  assert.ok(members() >= 4, 'the shell that watches, its watch, the command, and what that has started');
  host.kill('SIGKILL');
  await until('its end', () => members() === 0);
});

/** The program of a host that does nothing but run a command. */
function hostThatRuns(command: string): string {
  const core = join(import.meta.dirname, '../../../../core');
  return `
    import { systemClock } from ${JSON.stringify(`${core}/lib/clock.ts`)};
    import { runCommand } from ${JSON.stringify(`${core}/link/known-by/run-command.ts`)};
    await runCommand(${JSON.stringify(command)}, { clock: systemClock, environment: process.env });`;
}

/** All that run: number and group. What has ended, and waits for its parent to look, runs no more. */
function processes(): readonly (readonly [pid: number, group: number])[] {
  const lines = execFileSync('ps', ['-e', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap(line => {
    const [pid, group, state = ''] = line.trim().split(/\s+/);
    return state.startsWith('Z') ? [] : [[Number(pid), Number(group)] as const];
  });
}
