// The injector sees every call that changes a file: strace watches the same host and counts too.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FaultyHost, noFault } from '../support/faulty-host.ts';
import { without } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from './crash-home.ts';
import { isFull } from './sample.ts';
import { openStage, playOut } from './scenario-run.ts';
import { scenarios } from './scenarios.ts';

/** What the injector calls the kernel's calls. */
const names: Readonly<Record<string, string>> = {
  openat: 'create',
  write: 'write',
  writev: 'write',
  pwrite64: 'write',
  pwritev: 'write',
  rename: 'rename',
  renameat: 'rename',
  renameat2: 'rename',
  link: 'link',
  linkat: 'link',
  unlink: 'unlink',
  unlinkat: 'unlink',
  mkdir: 'mkdir',
  mkdirat: 'mkdir',
  truncate: 'truncate',
  ftruncate: 'truncate',
  utimensat: 'utimes',
  chmod: 'chmod',
  fchmod: 'chmod',
  fchown: 'chown',
  fsync: 'fsync',
  fdatasync: 'fsync',
  syncfs: 'syncfs',
};

test('injector: strace watches the same host → it sees the calls that the injector counts, and no others', {
  skip: without('strace'),
}, async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve({ hurry: 50 });
  const tracePath = join(world.home, 'trace');
  const args = ['-f', '-y', '-e', `trace=${Object.keys(names).join(',')}`, '-o', tracePath, '-p', `${host.ready.pid}`];
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  t.after(() => strace.kill('SIGKILL'));
  let said = '';
  strace.stderr.setEncoding('utf8').on('data', text => {
    said += text;
  });
  await until('strace to attach', () => said.includes('attached'));
  await host.arm(noFault);
  for (const scenario of scenarios.filter(({ name }) =>
    isFull ? name !== 'a clean stop' : /every kind|have to wait/.test(name),
  )) {
    await playOut(scenario, openStage(world, host, scenario.name));
  }
  const counted = await callsUntilStill(host);
  strace.kill('SIGINT');
  await once(strace, 'exit');
  assert.equal(await host.stop(), 0);
  const seen = readFileSync(tracePath, 'latin1')
    .split('\n')
    .flatMap(line => changeIn(line, world) ?? []);
  assert.deepEqual(
    tally(seen),
    tally(counted.map(call => call.replace(/ (.*)/, (_, path) => ` ${placeOf(path, world)}`))),
  );
  t.diagnostic(`the injector counted ${counted.length} calls, strace saw ${seen.length}`);
});

/** All calls so far, when none has come for a while: one that was counted but is still to be made would not be in the trace. */
async function callsUntilStill(host: FaultyHost): Promise<string[]> {
  const counted: string[] = [];
  for (;;) {
    const more = await host.arm(noFault);
    if (more.length === 0) return counted;
    counted.push(...more);
    await sleep(500);
  }
}

/** One line of the trace, as the injector would say it; undefined: it changes nothing here. Programs of rules are not the host. */
function changeIn(line: string, world: World): string | undefined {
  const [, call = '', rest = ''] = /^\d+ +(?:<\.\.\. )?(\w+)(?: resumed>)?(.*)/.exec(line) ?? [];
  const name = names[call];
  if (!name || line.includes(' resumed>') || (call === 'openat' && !/O_CREAT|O_TRUNC/.test(rest))) return undefined;
  const path = /^\((?:AT_FDCWD[^,]*, )?(?:\d+<([^>]*)>|"([^"]*)")/.exec(rest);
  const found = path?.[1] ?? path?.[2] ?? '';
  const changed = call === 'syncfs' ? `${found}/` : found;
  if (!world.below.some(directory => changed.startsWith(directory)) || changed.includes('/programs/')) return undefined;
  return `${name} ${placeOf(changed, world)}`;
}

/** Without what is different each time. */
function placeOf(path: string, world: World): string {
  return normalize(path)
    .replace(world.home, '')
    .replace(world.mailHome, '')
    .replace(/\d[\w.,=]*/g, 'N');
}

function tally(calls: readonly string[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const call of calls) counts.set(call, (counts.get(call) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}
