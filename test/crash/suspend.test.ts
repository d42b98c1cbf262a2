// The machine sleeps for minutes: the host is stopped (SIGSTOP) while it receives, delivers, and talks to another server, its
// clock jumps forward meanwhile, and it continues (SIGCONT). Nothing is lost, nothing arrives twice, nothing hangs.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultyHost } from '../support/faulty-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { checkAccounts, newCount, summary, takeStock } from './checker.ts';
import { openWorld, type World } from './crash-home.ts';
import { unfinishedOnDisk } from './on-disk.ts';
import { isFull, points, seed } from './sample.ts';
import { drain, openStage, playOut, type Stage } from './scenario-run.ts';
import { scenarios } from './scenarios.ts';

const minute = 60_000;
const sleepsMs = [3 * minute, 20 * minute, 8 * 60 * minute];
const pauseMs = 100;

/** Stops the host, lets the world go on without it, sets its clock, and wakes it. */
async function sleepAWhile(host: FaultyHost, clock: { aheadMs: number }, forMs: number): Promise<void> {
  host.child.kill('SIGSTOP');
  await sleep(pauseMs);
  clock.aheadMs += forMs;
  const set = host.setClock(clock.aheadMs);
  host.child.kill('SIGCONT');
  await set;
}

test('pause: stopped at any moment of any scenario, the clock jumps → everything arrives once', async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve({ hurry: 20 });
  const clock = { aheadMs: 0 };
  const count = newCount();
  for (const scenario of scenarios.filter(({ name }) => !/clean stop|owner|have to wait/.test(name))) {
    for (const point of points(2, 10)) {
      await drain(world, host);
      world.sweep();
      const stage = openStage(world, host, `paused at ${point}`);
      const played = playOut(scenario, stage);
      await sleep(point * 8);
      await sleepAWhile(host, clock, sleepsMs[point % sleepsMs.length] ?? minute);
      await played;
      await accountFor(world, host, stage, count);
    }
  }
  assert.equal(await host.stop(), 0);
  t.diagnostic(`${summary('pause', count)}; seed ${seed}`);
});

test('pause: in the middle of a message that is sent to the host → the client continues, or tries again', async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve();
  const clock = { aheadMs: 0 };
  for (const forMs of isFull ? sleepsMs : sleepsMs.slice(0, 1)) {
    world.sweep();
    const answer = await sendWithPause(host.ready.smtp?.port as number, `received over ${forMs} ms`, () =>
      sleepAWhile(host, clock, forMs),
    );
    assert.match(answer, /^(250|4\d\d) |^$/);
    await drain(world, host);
    const arrived = world.arrived();
    assert.deepEqual(
      arrived.map(({ place, whole }) => [place, whole]),
      answer.startsWith('250') ? [['Maildir', true]] : [],
    );
  }
  assert.equal(await host.stop(), 0);
});

test('pause: while another server answers → delivered once, or tried again', async t => {
  const world = await openWorld(t, tempDir(t));
  const host = await world.serve();
  const clock = { aheadMs: 0 };
  const count = newCount();
  for (const forMs of isFull ? sleepsMs : sleepsMs.slice(0, 1)) {
    world.sweep();
    world.setSilent(true);
    const stage = openStage(world, host, `remote over ${forMs} ms`);
    await stage.smtp('remote', {
      sender: 'alice-sender@here.example',
      recipients: ['away@far.example', 'alice@here.example'],
    });
    await stage.logged(/starting delivery \d+: .* to remote /);
    await sleep(50);
    host.child.kill('SIGSTOP');
    world.setSilent(false); // The answers come while the host sleeps.
    host.child.kill('SIGCONT');
    await sleepAWhile(host, clock, forMs);
    await accountFor(world, host, stage, count);
  }
  assert.equal(await host.stop(), 0);
  t.diagnostic(`${summary('pause, remote', count)}; seed ${seed}`);
});

async function accountFor(
  world: World,
  host: FaultyHost,
  stage: Stage,
  count: ReturnType<typeof newCount>,
): Promise<void> {
  await drain(world, host);
  const arrived = world.arrived();
  checkAccounts(stage.promised, takeStock(arrived, unfinishedOnDisk(world.home)), arrived, count);
  const { delivery, forward, bounce } = count.duplicates;
  assert.equal(delivery + forward + bounce, 0, 'nothing is there twice');
  count.points++;
}

/** @returns the last reply; empty: the connection ended without one */
async function sendWithPause(port: number, label: string, pause: () => Promise<void>): Promise<string> {
  const socket = connect(port, '127.0.0.1').setNoDelay();
  socket.on('error', () => socket.destroy());
  const lines = createInterface({ input: socket });
  lines.on('error', () => undefined);
  const line = () =>
    Promise.race([once(lines, 'line').then(([text]) => String(text)), once(lines, 'close').then(() => '')]);
  await line();
  for (const command of [
    'HELO client',
    'MAIL FROM:<alice-sender@here.example>',
    'RCPT TO:<alice@here.example>',
    'DATA',
  ]) {
    socket.write(`${command}\r\n`);
    const reply = await line();
    if (!/^[23]/.test(reply)) return reply;
  }
  socket.write(`Subject: ${label}\r\n\r\n${'The first half.\r\n'.repeat(5000)}`);
  await pause();
  socket.write(`the second half\r\nthe end of ${label}\r\n.\r\n`);
  const reply = await line();
  socket.destroy();
  return reply;
}
