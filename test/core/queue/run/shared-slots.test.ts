// Recipients that are delivered together need one slot; each has its own outcome.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, later, never, type Outcome } from '../../../../core/paper-path/outcome.ts';
import type { DeliveryJob, GroupOf } from '../../../../core/paper-path/shapes.ts';
import { startQueue } from '../../../support/queue-rig.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const hostOf = (address: string) => address.slice(address.indexOf('@') + 1);
const atOneHost =
  (most: number): GroupOf =>
  ({ sender, recipient }) => ({ key: `${sender} ${hostOf(recipient)}`, most });

/** Deliveries that end when they are let go. */
function stage() {
  const held: { recipient: string; end: (outcome: Outcome) => void }[] = [];
  return {
    held,
    names: () => held.map(({ recipient }) => recipient),
    deliver: ({ recipient }: DeliveryJob) => new Promise<Outcome>(end => held.push({ recipient, end })),
    letGo(outcome: (recipient: string) => Outcome = () => done('ok\n')) {
      for (const { recipient, end } of held.splice(0)) end(outcome(recipient));
    },
  };
}

const list = (host: string, length: number) => Array.from({ length }, (_, at) => `${at}@${host}`);
const from = (recipients: string[], sender = 'l@here.example') => ({ sender, recipients });

test('slots: ten recipients, groups of three, two slots → six are tried, then the others', async t => {
  const play = stage();
  const { send, logged, lines } = await startQueue(t, tempDir(t), play.deliver, {
    control: { concurrencyremote: '2\n' },
    groupOf: atOneHost(3),
  });
  await send(from(list('x', 10)));
  await until('they start', () => play.held.length > 0);
  assert.deepEqual(play.names(), list('x', 10).slice(0, 6));
  assert.equal(
    lines.findLast(line => line.startsWith('status:')),
    'status: local 0/10 remote 2/2',
  );
  play.letGo();
  await until('the others start', () => play.held.length > 0);
  assert.deepEqual(play.names(), list('x', 10).slice(6));
  play.letGo();
  await logged(/^end msg/);
});

test('slots: one slot, a recipient of another group in between → it waits its turn, none is lost or doubled', async t => {
  const play = stage();
  const { send, logged, jobs } = await startQueue(t, tempDir(t), play.deliver, {
    control: { concurrencyremote: '1\n' },
    groupOf: atOneHost(9),
  });
  await send(from(['a@x', 'b@x', 'c@y', 'd@x']));
  const turns: string[][] = [];
  while (turns.flat().length < 4) {
    await until('the next ones start', () => play.held.length > 0);
    turns.push(play.names());
    play.letGo();
  }
  assert.deepEqual(turns, [['a@x', 'b@x'], ['c@y'], ['d@x']]);
  await logged(/^end msg/);
  assert.equal(jobs.length, 4);
});

test('slots: a group with three outcomes → each recipient has its own, and the deferred one stays', async t => {
  const play = stage();
  const { send, logged, lines, queue } = await startQueue(t, tempDir(t), play.deliver, { groupOf: atOneHost(9) });
  await send(from(['good@x', 'bad@x', 'late@x']));
  await until('they start', () => play.held.length > 0);
  const fates: Record<string, Outcome> = { good: done('ok\n'), bad: never('no\n'), late: later('not now\n') };
  play.letGo(recipient => fates[recipient.split('@')[0] as string] as Outcome);
  await logged(/deferral: not_now/);
  await logged(/failure: no/);
  assert.equal(lines.filter(line => line.startsWith('starting delivery')).length, 3);
  await logged(/success: ok/);
  assert.notEqual(queue.waiting.oldestSec(), undefined);
});

test('slots: VERP → every recipient has a sender, and a slot, of its own', async t => {
  const play = stage();
  const { send, logged } = await startQueue(t, tempDir(t), play.deliver, {
    control: { concurrencyremote: '2\n' },
    groupOf: atOneHost(9),
  });
  await send(from(list('x', 3), 'l-@here.example-@[]'));
  await until('they start', () => play.held.length > 0);
  assert.equal(play.held.length, 2);
  play.letGo();
  await until('the third starts', () => play.held.length > 0);
  play.letGo();
  await logged(/^end msg/);
});

test('slots: the host stops while a group is tried → it waits for every recipient', async t => {
  const play = stage();
  const { send, queue, lines } = await startQueue(t, tempDir(t), play.deliver, { groupOf: atOneHost(9) });
  await send(from(['a@x', 'b@x', 'c@x']));
  await until('they start', () => play.held.length > 0);
  const [first, ...others] = play.held.splice(0);
  const stopped = queue.stop();
  first?.end(done('ok\n'));
  await until('the first is recorded', () => lines.some(line => / success: /.test(line)));
  for (const { end } of others) end(done('ok\n'));
  await stopped;
  assert.equal(lines.filter(line => / success: /.test(line)).length, 3);
});
