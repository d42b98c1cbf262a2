// kill -9 before every call that changes a file of the queue or of a mailbox, in every scenario. After each: no mailbox has half a
// message, the next start delivers all that was promised, and twice only what was not on disk as delivered.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FaultyHost } from '../support/faulty-host.ts';
import { killAt, noFault } from '../support/faulty-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { type Count, checkAccounts, newCount, summary, takeStock } from './checker.ts';
import { openWorld, type World } from './crash-home.ts';
import { unfinishedOnDisk } from './on-disk.ts';
import { points, seed } from './sample.ts';
import { drain, openStage, playOut, type Stage } from './scenario-run.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** Timers of a second and more are so much shorter: a checkpoint comes after 100 ms. */
const hurry = 50;
const wanted = 3;

for (const scenario of scenarios) {
  test(`kill -9: ${scenario.name}, killed before any call → all arrives, twice only what was not marked`, async t => {
    const world = await openWorld(t, tempDir(t));
    const count = newCount();
    let host = await world.serve({ hurry });
    await host.arm(noFault);
    await playOut(scenario, openStage(world, host, 'unharmed'));
    const total = isDead(host) ? 60 : (await host.arm(noFault)).length;
    for (const point of points(wanted, total)) {
      host = await onePoint(t, world, scenario, host, point, count);
    }
    if (!isDead(host)) assert.equal(await host.stop(), 0);
    assert.deepEqual(unfinishedOnDisk(world.home), []);
    t.diagnostic(`${summary(scenario.name, count)}; seed ${seed}`);
  });
}

test('kill -9: killed while a start recovers from a kill → the next start recovers everything', async t => {
  const world = await openWorld(t, tempDir(t));
  const count = newCount();
  let host = await world.serve({ hurry });
  await leaveMuch(openStage(world, host, 'unharmed'));
  await host.kill();
  host = await world.serve({ hurry, fault: noFault });
  const total = (await host.arm(noFault)).length;
  for (const point of points(wanted, total)) {
    await drain(world, host);
    world.sweep();
    const stage = openStage(world, host, `at ${point}`);
    await leaveMuch(stage);
    await host.kill();
    await world.serve({ hurry, fault: killAt(point) }).then(
      survivor => survivor.kill(),
      () => undefined,
    );
    host = await accountFor(t, world, stage, `start killed at ${point}`, count);
    count.points++;
  }
  assert.equal(await host.stop(), 0);
  t.diagnostic(`${summary('recovery', count)}; seed ${seed}`);
});

/** A journal of everything: what waited before the last checkpoint and has changed since, and what is only in the journal. */
async function leaveMuch(stage: Stage): Promise<void> {
  const { world, host } = stage;
  const sender = 'alice-sender@here.example';
  const [later, stuck, slow, fail] = ['alice-later', 'alice-stuck', 'slow', 'alice-fail'].map(name =>
    name === 'slow' ? 'slow@busy.example' : `${name}@here.example`,
  ) as [string, string, string, string];
  world.setBusy(true);
  await stage.smtp('in files', { sender, recipients: [stuck, later, fail, slow] });
  await stage.smtp('in files and large', { sender, recipients: [later, stuck] }, 100_000);
  await stage.logged(/: deferral: /, 5);
  await stage.checkpoint();
  await host.setHurry(1); // No other checkpoint: the changes are in the journal when the host is killed.
  world.setBusy('partly');
  host.child.kill('SIGALRM');
  await stage.smtp('in the journal', { sender, recipients: ['alice@here.example', stuck, fail] });
  await stage.smtp('in the journal and large', { sender, recipients: [stuck, 'away@far.example'] }, 100_000);
  await stage.program('in the journal by program', { sender, recipients: [stuck, 'alice@here.example'] });
  await stage.logged(/: deferral: /, 9);
}

/** @returns the host that runs after that */
async function onePoint(
  t: TestContext,
  world: World,
  scenario: Scenario,
  running: FaultyHost,
  point: number,
  count: Count,
) {
  const host = isDead(running) ? await world.serve({ hurry }) : running;
  await drain(world, host);
  world.sweep();
  await host.arm(killAt(point));
  const stage = openStage(world, host, `at ${point}`);
  await playOut(scenario, stage);
  await host.arm(noFault);
  if (!isDead(host)) return host; // This time it made fewer calls.
  const place = await host.killed();
  const next = await accountFor(t, world, stage, `killed at ${point}: before ${place ?? 'it came to that'}`, count);
  if (place !== undefined) count.points++;
  return next;
}

/** After the last process has died: starts the host, lets it do all it has to, and holds the result against the promises. */
async function accountFor(t: TestContext, world: World, stage: Stage, how: string, count: Count): Promise<FaultyHost> {
  await world.quiet();
  const remains = takeStock(world.arrived(), unfinishedOnDisk(world.home));
  const host = await world.serve({ hurry });
  await drain(world, host);
  try {
    checkAccounts(stage.promised, remains, world.arrived(), count);
  } catch (error) {
    t.diagnostic(`${how}\n${stage.host.log()}\nthe next start:\n${host.log()}`);
    throw error;
  }
  return host;
}

function isDead({ child }: FaultyHost): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}
