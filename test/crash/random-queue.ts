// Runs a queue with random mail, orders of its owner, outcomes and pauses until the power fails, for random-power.test.ts.
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { done, later, never, type Outcome } from '../../core/paper-path/outcome.ts';
import type { Accept, DeliveryJob, Invoker } from '../../core/paper-path/shapes.ts';
import { queueLayout } from '../../core/queue/files/layout.ts';
import { openQueueForInjection } from '../../core/queue/intake/inject-from-outside.ts';
import { crashQueue } from '../support/crash-queue.ts';
import { openLossyDisk } from '../support/lossy-disk.ts';
import { writeControl } from '../support/queue-rig.ts';
import { until } from '../support/until.ts';
import { createFates, type Fates, isBounce } from './recipient-fates.ts';
import { randomOf } from './sample.ts';

/** How the queue's files are made durable: all with one call, or one by one. */
export type Way = 'at once' | 'one by one';

export interface Played {
  readonly fates: Fates;
  /** The host's log. */
  readonly lines: readonly string[];
}

const busy = later('busy\n');
const ofMessages = [done('ok\n'), done('ok\n'), busy, busy, never('no (#5.1.1)\n')];
const ofBounces = [done(''), busy];
const places = ['/home/al/Maildir', '/home/bo/Maildir'];
const orders = ['hold', 'release', 'bounce', 'remove'] as const;

/** Plays with a queue in `home` until the power fails; `left` is the home that the next start of the machine finds. */
export async function playUntilPowerFails(
  t: TestContext,
  { seed, way, home, left }: { seed: number; way: Way; home: string; left: string },
): Promise<Played> {
  const { chance, below, pick } = diceOf(seed);
  const layout = queueLayout(home);
  const fates = createFates();
  const mailboxes = createMailboxes();
  const waits: (() => void)[] = [];
  const failures = pick([0, 0.25]);
  let isOff = false;
  let people = 0;

  async function turns(): Promise<void> {
    for (let more = below(12); more > 0 && !isOff; more--) await turn();
  }

  /** Some turns; sometimes it takes until it is released. */
  async function slow(): Promise<void> {
    await turns();
    if (!isOff && chance(0.2)) await new Promise<void>(resolve => waits.push(resolve));
  }

  async function syncFileSystem(place: string): Promise<void> {
    const end = place === layout.root ? disk.sync() : mailboxes.sync(place);
    await slow();
    if (isOff) return;
    if (chance(failures)) throw new Error('EIO: i/o error, syncfs');
    end();
  }

  async function outcome(job: DeliveryJob): Promise<Outcome> {
    await slow();
    if (isOff) return busy;
    const what = pick(isBounce(job) ? ofBounces : ofMessages);
    if (what.kind !== 'done') return what;
    const end = fates.arrived(job);
    if (way === 'at once' && job.raw && isLocal(job.recipient)) {
      const place = pick(places);
      mailboxes.wrote(place, end);
      queue.wrote(place);
      if (chance(0.3)) await slow();
    } else end();
    return what;
  }

  async function send(accept: Accept, invoker: Invoker): Promise<void> {
    const recipients = Array.from({ length: 1 + below(3) }, () => `u${people++}@${pick(['here.example', 'far.x'])}`);
    fates.begin(recipients);
    const text = `Subject: ${recipients.join(' ')}\n\n${'x'.repeat(chance(0.2) ? 80_000 : 10)}\n`;
    const accepted = await accept([Buffer.from(text)], { sender: 'joe@here.example', recipients }, invoker);
    if (accepted.ok && !isOff) fates.promise(recipients);
  }

  function order(): void {
    const rows = [...queue.queue.rows(0, 100)].filter(({ sender }) => sender.startsWith('joe'));
    if (rows.length === 0) return;
    const { id, recipients } = pick(rows);
    const verb = pick(orders);
    if (verb === 'remove') fates.remove(recipients.map(({ address }) => address));
    // It may be refused: the message is gone meanwhile, or the disk refuses.
    calls.push(queue.queue.operator[`queue.${verb}`]({ ids: [id] }).catch(() => undefined));
  }

  writeControl(home, { concurrencylocal: '3', concurrencyremote: '3' });
  const disk = openLossyDisk(layout.root, turns);
  const queue = await crashQueue(t, home, { outcome, syncFileSystem: way === 'at once' ? syncFileSystem : 'missing' });
  // Another process: its messages are not called like the host's.
  const fromOutside = openQueueForInjection(home, 5_000_000);
  const calls: Promise<unknown>[] = [];
  const moves: (() => unknown)[] = [
    ...times(3, () => send(queue.queue.accept, 'network')),
    ...times(3, () => void calls.push(send(queue.queue.accept, 'network'))),
    ...times(2, () => send(fromOutside, { uid: 0 })),
    ...times(3, () => queue.clock.pass(pick([200, 600, 3000, 6000, 20_000]))),
    ...times(2, () => queue.queue.retry()),
    ...times(3, turns),
    ...times(2, letGo),
    ...times(2, order),
  ];

  function letGo(): void {
    for (const go of waits.splice(0)) go();
  }

  const steps = 30 + below(60);
  for (let step = 0; step < steps; step++) {
    await pick(moves)();
    if (step > 20 && chance(0.02)) calls.push(queue.queue.stop());
  }
  isOff = true;
  // By chance everything has reached the disk but for the bytes of the journal, or these only, or both.
  const [journal, others] = [chance(0.5), chance(0.5)];
  const bytes = (directory: string) => (directory === layout.journalDir ? journal : others);
  disk.fail(join(left, 'queue'), { names: others, bytes });
  // The old host goes on into nowhere.
  let stopped = false;
  calls.push(queue.queue.stop().then(() => (stopped = true)));
  await until('the old host to stop', () => {
    letGo();
    queue.clock.pass(1000);
    return stopped;
  });
  await Promise.all(calls);
  return { fates, lines: queue.lines };
}

/** Mailboxes elsewhere, in which the queue syncs what deliveries wrote. */
function createMailboxes() {
  let unsynced: { place: string; end: () => void }[] = [];
  return {
    /** @param end called when it is durable */
    wrote(place: string, end: () => void): void {
      unsynced.push({ place, end });
    },
    /** @returns what to call at the end of the sync */
    sync(place: string): () => void {
      const here = unsynced.filter(one => one.place === place);
      return () => {
        for (const one of here) one.end();
        unsynced = unsynced.filter(one => !here.includes(one));
      };
    },
  };
}

function isLocal(address: string): boolean {
  return address.endsWith('@here.example');
}

function diceOf(seed: number) {
  const random = randomOf(seed);
  const below = (end: number) => Math.floor(random() * end);
  return {
    chance: (share: number) => random() < share,
    below,
    pick: <T>(all: readonly T[]): T => all[below(all.length)] as T,
  };
}

function times<T>(count: number, one: T): T[] {
  return Array.from({ length: count }, () => one);
}
