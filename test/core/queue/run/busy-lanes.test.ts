// Deliveries that hang: they take some of the slots, and other mail is delivered.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { done, later, type Outcome } from '../../../../core/paper-path/outcome.ts';
import type { DeliveryJob, Lane } from '../../../../core/paper-path/shapes.ts';
import type { Queue } from '../../../../core/queue/queue.ts';
import { startQueue } from '../../../support/queue-rig.ts';
import { steppedClock } from '../../../support/stepped-clock.ts';
import { tempDir } from '../../../support/temp-dir.ts';
import { until } from '../../../support/until.ts';

const to = (...users: string[]) => ({ sender: 'a@far.example', recipients: users.map(user => `${user}@here.example`) });

const waiting = (queue: Queue) => queue.summary({ delivered: 0, deferred: 0, failed: 0 }).messages;

/** Deliveries that hang until they are released, for the recipients that `hangs` names. */
function stage(hangs: (user: string, job: DeliveryJob) => boolean, intent?: (user: string) => readonly Lane[]) {
  const held: { user: string; end: (outcome: Outcome) => void }[] = [];
  const delivered: string[] = [];
  const refused: string[] = [];
  const running = new Set<DeliveryJob>();
  return {
    held,
    delivered,
    refused,
    letGo(outcome: Outcome = done('ok\n')) {
      for (const { end } of held.splice(0)) end(outcome);
    },
    async deliver(job: DeliveryJob): Promise<Outcome> {
      const user = job.recipient.split('@')[0] as string;
      if (intent && job.begin?.({ lanes: intent(user), programs: [`run ${user}`] }) === false) {
        refused.push(user);
        return later('not heard\n');
      }
      running.add(job);
      if (hangs(user, job)) {
        const outcome = await new Promise<Outcome>(end => held.push({ user, end }));
        if (outcome.kind === 'done') delivered.push(user);
        return outcome;
      }
      delivered.push(user);
      return done('ok\n');
    },
  };
}

/** Lets all that hang go, and those that come after them: so many in the end, never more than `most` at once. */
async function endAll(play: ReturnType<typeof stage>, all: number, most: number): Promise<void> {
  for (let ended = 0; ended < all; ) {
    await until('the next ones', () => play.held.length > 0);
    assert.ok(play.held.length <= most);
    ended += play.held.length;
    play.letGo();
  }
}

test('scheduler: twenty messages to a recipient whose deliveries hang → half of the slots, and other mail is delivered', async t => {
  const play = stage(user => user.toLowerCase() === 'joe');
  const { queue, send, logged, lines } = await startQueue(t, tempDir(t), play.deliver);
  for (let n = 0; n < 20; n++) await send(to('joe'));
  for (let n = 0; n < 20; n++) await send(to(`ann${n}`));
  await until('the others', () => play.delivered.length === 20);
  assert.equal(play.held.length, 5);
  await send(to('joe', 'JOE', 'bob'));
  await until('who stands beside one that hangs', () => play.delivered.includes('bob'));
  await endAll(play, 22, 5);
  await until('all have ended', () => waiting(queue) === 0);
  assert.equal(play.delivered.filter(user => user.toLowerCase() === 'joe').length, 22);
  assert.equal(
    lines.filter(line => line.startsWith('starting delivery')).length,
    43,
    'who waits in line is no attempt',
  );
  await logged(/end msg/);
});

const away = (sender: string, ...domains: string[]) => ({ sender, recipients: domains.map(domain => `x@${domain}`) });

test('scheduler: bounces to slow servers of as many domains → half of the remote slots', async t => {
  const play = stage((_user, job) => job.sender === '');
  const { queue, send } = await startQueue(t, tempDir(t), play.deliver);
  for (let n = 0; n < 30; n++) await send(away('', `slow${n}.example`));
  for (let n = 0; n < 30; n++) await send(away('a@here.example', `fast${n}.example`));
  await until('the others', () => play.delivered.length === 30);
  await until('as many as may', () => play.held.length === 10);
  await endAll(play, 30, 10);
  await until('all have ended', () => waiting(queue) === 0);
  assert.equal(play.delivered.length, 60);
});

test('scheduler: bounces to a slow server of one domain → a quarter of the remote slots, and other bounces get theirs', async t => {
  const play = stage((_user, job) => job.recipient.endsWith('@slow.example'));
  const { queue, send } = await startQueue(t, tempDir(t), play.deliver);
  for (let n = 0; n < 10; n++) await send(away('', 'slow.example'));
  await send(away('', 'honest.example'));
  await until('the honest one', () => play.delivered.length === 1);
  assert.equal(play.held.length, 5);
  await endAll(play, 10, 5);
  await until('all have ended', () => waiting(queue) === 0);
});

test('scheduler: one program line for many recipients → half of the slots; each is tried once, none is forgotten', async t => {
  const play = stage(
    user => user.startsWith('joe-'),
    user => [{ key: user.startsWith('joe-') ? 'run x' : `run ${user}`, share: 'half' }],
  );
  const { queue, send, lines } = await startQueue(t, tempDir(t), play.deliver, { begins: false });
  await send(to(...Array.from({ length: 60 }, (_, n) => `joe-${n}`), 'ann'));
  for (let n = 60; n < 70; n++) await send(to(`joe-${n}`));
  await send(to('bob'));
  await until('other mail', () => play.delivered.includes('bob'));
  await until('half of the slots', () => play.held.length === 5);
  await until('who stands behind them in the same message', () => play.delivered.includes('ann'));
  await endAll(play, 70, 5);
  await until('all have ended', () => waiting(queue) === 0);
  assert.equal(new Set(play.delivered).size, 72);
  assert.equal(play.delivered.length, 72);
  assert.equal(lines.filter(line => line.startsWith('starting delivery')).length, 72);
  assert.ok(play.refused.length > 0, 'some had to wait');
});

test('scheduler: it stops while messages wait for a lane → the next host delivers them', async t => {
  const home = tempDir(t);
  const play = stage(user => user === 'joe');
  const first = await startQueue(t, home, play.deliver);
  for (let n = 0; n < 8; n++) await first.send(to('joe'));
  await first.send(to('joe', 'ann', 'joe'));
  await until('half', () => play.held.length === 5 && play.delivered.includes('ann'));
  const stopped = first.queue.stop();
  play.letGo(later('it was stopped\n'));
  await stopped;
  const again = stage(() => false);
  const second = await startQueue(t, home, again.deliver);
  // Those that were tried when it stopped wait for their next attempt.
  await until('those that stood in line', () => again.delivered.length === 5 && waiting(second.queue) === 5);
  assert.ok(again.delivered.every(user => user === 'joe'));
});

test('scheduler: the owner deletes, holds or retries what waits for a lane → done at once, and nothing is lost', async t => {
  const play = stage(user => user === 'joe');
  const { queue, send } = await startQueue(t, tempDir(t), play.deliver);
  const ids: number[] = [];
  for (let n = 0; n < 10; n++) ids.push(await send(to('joe')));
  await until('half', () => play.held.length === 5);
  const inLine = ids.slice(5);
  const [deleted = 0, heldBack = 0, hurried = 0] = inLine;
  assert.deepEqual(await queue.operator['queue.remove']({ ids: [deleted] }), { changed: 1, busy: 0 });
  assert.deepEqual(await queue.operator['queue.hold']({ ids: [heldBack] }), { changed: 1, busy: 0 });
  queue.retry([hurried]);
  for (let ended = 0; ended < 8; ) {
    await until('the next ones', () => play.held.length > 0);
    ended += play.held.length;
    play.letGo();
  }
  await until('only the held one is left', () => waiting(queue) === 1);
  assert.deepEqual(
    [...queue.rows(0, 10)].map(({ id }) => id),
    [heldBack],
  );
  assert.equal(play.delivered.length, 8);
});

test('scheduler: deliveries that run for minutes → reported with their program', async t => {
  const clock = steppedClock(1_795_252_459_000);
  const play = stage(
    user => user !== 'ann',
    user => [{ key: user, share: 'half' }],
  );
  const { queue, send } = await startQueue(t, tempDir(t), play.deliver, { clock, begins: false });
  for (const user of ['joe', 'joe', 'bob', 'ann']) await send(to(user));
  const stepped = (what: string, look: () => boolean) =>
    until(what, () => {
      clock.pass(10);
      return look();
    });
  await stepped('all run', () => play.held.length === 3);
  assert.deepEqual(queue.longDeliveries(), []);
  clock.pass(300_000);
  const told = queue.longDeliveries().map(({ count, recipient, program }) => [count, recipient, program]);
  assert.deepEqual(told, [
    [2, 'joe@here.example', 'run joe'],
    [1, 'bob@here.example', 'run bob'],
  ]);
  play.letGo();
  await stepped('they have ended', () => queue.longDeliveries().length === 0);
});

test('scheduler: any use of busy lanes → every recipient gets every message once, and no lane more than its share', async t => {
  const seed = Number(process.env.WAYPOST_LANES_SEED ?? 1 + Math.floor(Math.random() * 1e6));
  t.diagnostic(`WAYPOST_LANES_SEED=${seed} repeats this run`);
  let state = seed;
  const dice = (below: number) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
  const programs = ['p', 'q', 'r'].map((key): Lane => ({ key, share: 'half' }));
  const inside = new Map<string, number>();
  const got: string[] = [];
  const deliver = async (job: DeliveryJob): Promise<Outcome> => {
    if (dice(3) === 0) await new Promise(resolve => setImmediate(resolve));
    const lanes = programs.filter(() => dice(3) === 0);
    if (job.begin?.({ lanes, programs: [] }) === false) return later('not heard\n');
    const keys = [...lanes.map(({ key }) => key), `to ${job.recipient}`];
    for (const key of keys) inside.set(key, (inside.get(key) ?? 0) + 1);
    for (const key of keys) assert.ok((inside.get(key) ?? 0) <= 3, key);
    await new Promise(resolve => setTimeout(resolve, dice(4)));
    for (const key of keys) inside.set(key, (inside.get(key) ?? 0) - 1);
    got.push(`${job.id} ${job.recipient}`);
    return done('ok\n');
  };
  const control = { concurrencylocal: '6\n' };
  const { queue, send } = await startQueue(t, tempDir(t), deliver, { begins: false, control });
  const expected: string[] = [];
  for (let n = 0; n < 150; n++) {
    const users = Array.from({ length: 1 + dice(dice(10) === 0 ? 40 : 3) }, () => `user${dice(4)}`);
    const id = await send(to(...users));
    expected.push(...users.map(user => `${id} ${user}@here.example`));
    if (dice(4) === 0) await new Promise(resolve => setTimeout(resolve, dice(10)));
  }
  await until('all is done', () => waiting(queue) === 0, 60_000);
  assert.deepEqual(got.sort(), expected.sort());
});

test('scheduler: processes of one user hang before they have read the rules → most of the slots, and other mail is delivered', async t => {
  const play = stage(user => user.startsWith('bob'));
  const deliver = async (job: DeliveryJob): Promise<Outcome> => {
    const uid = job.recipient.startsWith('bob') ? 1 : 2;
    if (job.enter?.([{ key: `as ${uid}`, share: 'most' }]) === false) {
      play.refused.push(job.recipient);
      return later('not heard\n');
    }
    return play.deliver(job);
  };
  const { queue, send } = await startQueue(t, tempDir(t), deliver);
  for (let n = 0; n < 30; n++) await send(to(`bob${n}`));
  await send(to('ann'));
  await until('the other user’s mail', () => play.delivered.includes('ann'));
  assert.equal(play.held.length, 8);
  await endAll(play, 30, 8);
  await until('all have ended', () => waiting(queue) === 0);
  assert.equal(play.delivered.length, 31);
});
