// The disk refuses each write, sync, creation, renaming and removal in turn, once or for a while. The sender is told to try
// again, the host keeps running, nothing is damaged, and when the disk works again all that was accepted arrives.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../support/fault-injector.ts';
import { type FaultyHost, noFault } from '../support/faulty-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { afterErrors, type ErrorCount, errorSummary, newErrorCount } from './checker.ts';
import { openWorld, type World } from './crash-home.ts';
import { unfinishedOnDisk } from './on-disk.ts';
import { points, seed } from './sample.ts';
import { drain, openStage, playOut } from './scenario-run.ts';
import { type Scenario, scenarios } from './scenarios.ts';

/** Timers of a second and more are so much shorter: a channel rests for half a second instead of 123. */
const hurry = 200;
const wanted = 1;
/** How long a lasting fault goes on after nothing happens in the scenario. */
const lastingMs = 150;
/** A host that cannot record a failure logs that again and again, and is never still. */
const longestMs = 2_000;

const faults: readonly (Pick<Fault, 'what' | 'calls'> & { readonly name: string; readonly lasting?: boolean })[] = [
  { name: 'no space at a write', what: 'ENOSPC', calls: ['write'] },
  { name: 'no space in the middle of a write', what: 'tear', calls: ['write'] },
  { name: 'an I/O error at a write', what: 'EIO', calls: ['write'] },
  { name: 'an I/O error at a sync', what: 'EIO', calls: ['fsync', 'syncfs'] },
  { name: 'no space for a new file or name', what: 'ENOSPC', calls: ['create', 'link', 'rename', 'mkdir'] },
  {
    name: 'an I/O error at a removal or change',
    what: 'EIO',
    calls: ['unlink', 'truncate', 'utimes', 'chmod', 'chown'],
  },
  { name: 'no space for anything, for a while', what: 'ENOSPC', calls: ['write', 'create', 'mkdir'], lasting: true },
  { name: 'I/O errors everywhere, for a while', what: 'EIO', lasting: true },
];

for (const fault of faults) {
  test(`disk: ${fault.name} → senders try again, the host keeps running, all that was accepted arrives`, async t => {
    const count = newErrorCount();
    const world = await openWorld(t, tempDir(t));
    const host = await world.serve({ hurry });
    for (const scenario of scenarios.filter(({ name }) => name !== 'a clean stop')) {
      const total = await countCalls(world, host, scenario, fault);
      for (const point of points(wanted, total)) await onePoint(t, world, host, scenario, { ...fault, point }, count);
    }
    // A recipient that is done may be removed later if the disk refused it.
    await drain(world, host);
    assert.equal(await host.stop(), 0);
    assert.deepEqual(unfinishedOnDisk(world.home), []);
    t.diagnostic(`${errorSummary(fault.name, count)}; seed ${seed}`);
  });
}

async function countCalls(world: World, host: FaultyHost, scenario: Scenario, { calls }: Pick<Fault, 'calls'>) {
  await drain(world, host);
  await host.arm({ ...noFault, ...(calls && { calls }) });
  await playOut(scenario, openStage(world, host, `unharmed ${calls}`));
  return (await host.arm(noFault)).length;
}

async function onePoint(
  t: TestContext,
  world: World,
  host: FaultyHost,
  scenario: Scenario,
  { what, calls, lasting, point, name }: (typeof faults)[number] & { readonly point: number },
  count: ErrorCount,
): Promise<void> {
  await drain(world, host);
  world.sweep();
  const logBefore = host.log().length;
  const stage = openStage(world, host, `at ${point}`, 'errors');
  await host.arm({ what, first: point, last: lasting ? Number.MAX_SAFE_INTEGER : point, ...(calls && { calls }) });
  const played = playOut(scenario, stage);
  await (lasting ? Promise.race([played, stage.still(lastingMs), sleep(longestMs)]) : played);
  const met = await host.arm(noFault);
  await played;
  try {
    await drain(world, host);
    await sleep(0);
    afterErrors(stage, world.arrived(), host.log().slice(logBefore), count);
  } catch (error) {
    t.diagnostic(`${name}, at ${point} of ${scenario.name}: ${met[point - 1]}\n${host.log().slice(logBefore)}`);
    throw error;
  }
  count.points++;
}
