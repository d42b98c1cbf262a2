// The qmail-queue program is killed before any call, and its disk refuses at any call, while the host runs: nothing that it
// did not answer with 0 is accepted in part, what it answered with 0 arrives, and what it leaves is removed by the cleanup.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { pullTrigger } from '../../core/queue/files/trigger.ts';
import type { Fault } from '../support/fault-injector.ts';
import { killAt, withInjector } from '../support/faulty-host.ts';
import { queueFiles } from '../support/queue-rig.ts';
import { tempDir } from '../support/temp-dir.ts';
import { openWorld, type World } from './crash-home.ts';
import { points, seed } from './sample.ts';
import { drain } from './scenario-run.ts';
import { messageText, sendByQmailQueue } from './senders.ts';

const envelope = { sender: 'alice-sender@here.example', recipients: ['alice@here.example', 'away@far.example'] };
/** About how many calls the program makes for a message. */
const calls = 14;
const days = 86_400_000;

interface Told {
  readonly label: string;
  readonly answer: number | string;
}

test('kill -9: qmail-queue killed before any call → all or nothing of its message arrives', async t => {
  const { world, told, tell } = await openDesk(t);
  for (const point of points(4, calls)) await tell(point, killAt(point));
  await checkDesk(t, world, told, 'qmail-queue killed', answer => answer === 0 || answer === 'SIGKILL');
});

for (const what of ['EIO', 'ENOSPC', 'tear'] as const) {
  test(`disk: ${what} at any call of qmail-queue → a code that says try again, or all of its message arrives`, async t => {
    const { world, told, tell } = await openDesk(t);
    for (const point of points(3, calls)) await tell(point, { what, first: point, last: point });
    await checkDesk(t, world, told, `qmail-queue with ${what}`, isTemporary);
  });
}

/** What qmail's clients take for "try again": disk, queue directories (queue.md 2). */
function isTemporary(answer: number | string): boolean {
  return answer === 0 || (typeof answer === 'number' && answer >= 51 && answer <= 66);
}

async function openDesk(t: TestContext) {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve();
  const told: Told[] = [];
  async function tell(point: number, fault: Fault): Promise<void> {
    const label = `program at ${point}`;
    const means = withInjector({ below: world.below, fault, killedAt: join(world.home, 'killed-at') });
    told.push({ label, answer: await sendByQmailQueue(world.home, envelope, messageText(label, 90_000), means) });
  }
  t.after(() => host.kill());
  return { world: { ...world, host }, told, tell };
}

async function checkDesk(
  t: TestContext,
  world: World & { host: Awaited<ReturnType<World['serve']>> },
  told: readonly Told[],
  kind: string,
  isRight: (answer: number | string) => boolean,
): Promise<void> {
  // A program that was killed before it could, or does not know whether its name in todo lasts, has not woken the host.
  pullTrigger(join(world.home, 'queue', 'lock', 'trigger'));
  await drain(world, world.host);
  const arrived = world.arrived();
  const accepted = told.filter(({ answer }) => answer === 0).map(({ label }) => label);
  assert.deepEqual(
    told.filter(({ answer }) => !isRight(answer)),
    [],
  );
  assert.deepEqual(
    arrived.filter(({ whole }) => !whole),
    [],
  );
  const keys = arrived.map(({ label, place }) => `${label} in ${place}`);
  assert.equal(new Set(keys).size, keys.length, 'nothing is there twice');
  for (const label of accepted)
    for (const place of ['Maildir', 'away@far.example']) assert.ok(keys.includes(`${label} in ${place}`));
  assert.equal(await world.host.stop(), 0);
  const left = queueFiles(world.home).length;
  const later = await world.serve({ clockAheadMs: 2 * days });
  assert.equal(await later.stop(), 0);
  assert.deepEqual(queueFiles(world.home), [], 'what is left after the cleanup');
  const whole = new Set(arrived.map(({ label }) => label)).size;
  t.diagnostic(
    `${kind}: ${told.length} points, ${accepted.length} accepted, 0 lost, ${whole - accepted.length} arrived without an answer, ${left} files left and cleaned up; seed ${seed}`,
  );
}
