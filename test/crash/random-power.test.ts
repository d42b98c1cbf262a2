// Power failures at random: a queue does everything that it can do, in any order, and the next start finds what was synced,
// with or without other things that reached the disk by chance. Every recipient gets what was promised, or the sender gets a
// bounce.
import '../support/lossy-disk.ts'; // Before anything of the queue.
import assert from 'node:assert/strict';
import { cpSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { done } from '../../core/paper-path/outcome.ts';
import { type CrashQueue, crashQueue } from '../support/crash-queue.ts';
import { tempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';
import { playUntilPowerFails, type Way } from './random-queue.ts';
import type { Fates } from './recipient-fates.ts';
import { isFull, seed } from './sample.ts';

const plays = isFull ? 120 : 4;
const ways: readonly Way[] = ['at once', 'one by one'];
const skip = process.platform !== 'linux' && 'what a sync takes hold of is read by /proc';

for (const way of ways) {
  test(`power failure: at a random moment of random play, files synced ${way} → no promised mail is lost`, {
    skip,
  }, async t => {
    const directory = realpathSync(tempDir(t));
    let promised = 0;
    for (let play = seed; play < seed + plays; play++)
      promised += await playOnce(t, join(directory, String(play)), play, way);
    t.diagnostic(
      `power failures, synced ${way}: ${plays} from seed ${seed} on, ${promised} recipients promised, 0 lost`,
    );
  });
}

/** @returns how many recipients were promised */
async function playOnce(t: TestContext, directory: string, play: number, way: Way): Promise<number> {
  const [home, left, after] = ['before', 'left', 'after'].map(name => join(directory, name)) as [
    string,
    string,
    string,
  ];
  try {
    const { fates, lines } = await playUntilPowerFails(t, { seed: play, way, home, left });
    cpSync(left, after, { recursive: true, preserveTimestamps: true });
    const next = await startAfter(t, after, way, fates);
    const log = ['Log before:', ...lines.slice(-150), 'Log after:', ...next.lines].map(line => `  ${line}`);
    const wrong = [...fates.wrong(), ...next.wrong];
    assert.ok(wrong.length === 0, [...wrong, ...log].join('\n'));
    rmSync(directory, { recursive: true });
    return fates.promised;
  } catch (cause) {
    throw new Error(`WAYPOST_CRASH_SEED=${play} begins with this play; its homes: ${directory}`, { cause });
  }
}

/** The next start of the machine, with deliveries that succeed, until nothing is left. @returns its log, and what is wrong */
async function startAfter(t: TestContext, home: string, way: Way, fates: Fates) {
  const next = await crashQueue(t, home, {
    bootId: 'second',
    syncFileSystem: way === 'at once' ? async () => undefined : 'missing',
    outcome: job => {
      fates.arrived(job)();
      return done('ok\n');
    },
  });
  const wrong: string[] = [];
  await until('everything to be delivered', () => isEmptied(next)).catch(error => {
    wrong.push(
      `${error.message}: ${JSON.stringify([...next.queue.rows(0, 10)])}, todo: ${readdirSync(next.layout.todoDir)}`,
    );
  });
  await next.queue.stop();
  wrong.push(...next.lines.filter(line => /cannot be recovered|unable|trouble/.test(line)));
  return { lines: next.lines, wrong };
}

async function isEmptied({ queue, clock, layout }: CrashQueue): Promise<boolean> {
  const ids = [...queue.rows(0, 1000)].map(({ id }) => id);
  if (ids.length === 0 && readdirSync(layout.todoDir).length === 0) return true;
  await queue.operator['queue.release']({ ids }).catch(() => undefined); // One of them may be gone meanwhile.
  queue.retry();
  clock.pass(130_000);
  return false;
}
