// kill -9 at random moments, again and again, while clients send mail to recipients of every kind; sometimes in the middle of
// a start that recovers from the kill before, and sometimes an orderly stop instead. What was accepted arrives; what arrives
// twice had not been marked at a kill.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Envelope } from '../../core/paper-path/shapes.ts';
import { type FaultyHost, killAt } from '../support/faulty-host.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { type Promised, takeStock } from './checker.ts';
import { destinations, openWorld, type World } from './crash-home.ts';
import { unfinishedOnDisk } from './on-disk.ts';
import { isFull, randomOf, seed } from './sample.ts';
import { drain } from './scenario-run.ts';
import { messageText, sendBySmtp } from './senders.ts';

/** What was sent, by label. */
type Sent = Map<string, Envelope>;

/** In homes of their own, at the same time. */
const chains = isFull ? 4 : 1;
const killsEach = isFull ? 250 : 10;
const clients = 10;
const hurry = 20;

const sender = 'alice-sender@here.example';
const everybody = [
  ...['alice', 'alice-second', 'alice-program', 'alice-later', 'alice-forward', 'alice-fail'].map(
    name => `${name}@here.example`,
  ),
  'away@far.example',
];

/** Longer than other tests: every kill is followed by a start of three processes. */
const timeout = isFull ? 3_600_000 : 600_000;

describe('random kills', { concurrency: chains, timeout }, () => {
  const total = { kills: 0, inStarts: 0, stops: 0, sent: 0, promised: 0, duplicates: 0 };
  for (let chain = 0; chain < chains; chain++) {
    test(`kill -9: ${killsEach} random kills under load (${chain + 1} of ${chains}) → all that was accepted arrives whole, twice only what was not marked`, {
      timeout,
    }, async t => {
      const world = await openWorld(t, tempDir(t));
      const { promised, sent, inStarts, stops, outcome } = await manyKills(world, randomOf(seed + chain * 1000));
      assert.deepEqual(outcome.lost, []);
      assert.deepEqual(outcome.unexplained, []);
      total.kills += killsEach;
      total.inStarts += inStarts;
      total.stops += stops;
      total.sent += sent.size;
      total.promised += promised.length;
      total.duplicates += outcome.duplicates;
      const { kills, duplicates } = total;
      t.diagnostic(
        `random kills: ${kills} kills under load (${total.inStarts} of them in a start), ${total.stops} stops, ${total.sent} messages sent, ${total.promised} promised, 0 lost, ${duplicates} duplicates (all between an effect and its mark); seed ${seed}`,
      );
    });
  }
});

async function manyKills(world: World, random: () => number) {
  const promised: Promised[] = [];
  const sent: Sent = new Map();
  const book = openBook();
  let inStarts = 0;
  let stops = 0;
  for (let kill = 0; kill < killsEach; kill++) {
    if (random() < 0.2) inStarts += Number(await killInStart(world, 1 + Math.floor(random() * 30)));
    else await underLoad(world, random, promised, sent, host => host.kill());
    await world.quiet();
    book.afterKill(world, sent);
    if (random() < 0.8) continue;
    await underLoad(world, random, promised, sent, host => stopInOrder(host, world.home));
    stops++;
    book.afterKill(world, sent);
  }
  const host = await world.serve({ hurry });
  await drain(world, host);
  assert.equal(await host.stop(), 0);
  return { promised, sent, inStarts, stops, outcome: book.atTheEnd(world, promised, sent) };
}

async function underLoad(
  world: World,
  random: () => number,
  promised: Promised[],
  sent: Sent,
  end: (host: FaultyHost) => Promise<void>,
): Promise<void> {
  const host = await world.serve({ hurry });
  // A moment counted in messages: a slow machine then gets as many between two kills as a fast one.
  const enough = promised.length + Math.floor(random() * 12);
  const load = Promise.all(Array.from({ length: clients }, () => sendUntilGone(host, random, promised, sent)));
  await until('some messages', () => promised.length >= enough, 60_000);
  await sleep(random() * 25);
  await end(host);
  await load;
}

async function stopInOrder(host: FaultyHost, home: string): Promise<void> {
  assert.equal(await host.stop(), 0);
  assert.deepEqual(readdirSync(join(home, 'queue', 'journal')), [], 'a stop leaves no journal');
}

/** @returns false when the start made fewer calls than that: it is killed right after it */
async function killInStart(world: World, call: number): Promise<boolean> {
  try {
    const host = await world.serve({ hurry, fault: killAt(call) });
    await host.kill();
    return false;
  } catch {
    return true;
  }
}

async function sendUntilGone(host: FaultyHost, random: () => number, promised: Promised[], sent: Sent): Promise<void> {
  let gone = false;
  void host.ended.then(() => {
    gone = true;
  });
  for (;;) {
    const recipients = everybody.filter(() => random() < 0.4);
    const forwards = recipients.includes('alice-forward@here.example') ? 'forward' : 'message';
    const label = `${forwards} ${sent.size}`;
    const envelope = { sender, recipients: recipients.length > 0 ? recipients : ['alice@here.example'] };
    sent.set(label, envelope);
    const size = random() < 0.1 ? 100_000 : Math.floor(random() * 3000);
    const answer = await sendBySmtp(host.ready.smtp?.port as number, envelope, messageText(label, size)).catch(() => 0);
    if (answer === 250) promised.push({ label, envelope });
    else if (gone) return;
    else await sleep(10); // With hurried timers, a machine under load drops clients that it lets wait.
  }
}

/** Counts what arrives between two kills, and holds it against what the disk had still to do at the first of them. */
function openBook() {
  const arrived = new Map<string, number>();
  const unexplained: string[] = [];
  let due = new Map<string, number>();
  let known = new Set<string>();

  function take(world: World, sent: Sent): void {
    for (const [key, times] of takeStock(world.arrived(), []).arrived) {
      const label = labelIn(key);
      const allowed = known.has(label) ? (due.get(key) ?? 0) : timesAt(sent.get(label), key);
      if (times > allowed) unexplained.push(`${key}: ${times} times, not ${allowed}`);
      arrived.set(key, (arrived.get(key) ?? 0) + times);
    }
    world.sweep();
  }

  return {
    /** @param sent all that were sent so far */
    afterKill(world: World, sent: Sent): void {
      take(world, sent);
      known = new Set(sent.keys());
      due = new Map();
      for (const { label, sender: from, recipients, failed } of unfinishedOnDisk(world.home)) {
        for (const place of destinations({ sender: from, recipients }, failed)) {
          const key = `${label} in ${place}`;
          due.set(key, (due.get(key) ?? 0) + 1);
        }
      }
    },
    atTheEnd(world: World, promised: readonly Promised[], sent: Sent) {
      take(world, sent);
      const wanted = promised.flatMap(({ label, envelope }) =>
        destinations(envelope).map(place => `${label} in ${place}`),
      );
      const duplicates = [...arrived].reduce(
        (sum, [key, times]) => sum + times - timesAt(sent.get(labelIn(key)), key),
        0,
      );
      return { lost: wanted.filter(key => !arrived.has(key)), unexplained, duplicates };
    },
  };
}

/** How often a place gets a message without any kill: a forward may lead to where its message goes, too. */
function timesAt(envelope: Envelope | undefined, key: string): number {
  return envelope ? destinations(envelope).filter(place => key.endsWith(` in ${place}`)).length : 0;
}

function labelIn(key: string): string {
  return key.replace(/ in \S+$/, '');
}
