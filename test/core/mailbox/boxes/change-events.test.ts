// Changes of a mailbox are reported in bursts of bounded rate, and the poll finds those that no watch reported.
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Clock } from '../../../../core/lib/clock.ts';
import { openBox } from '../../../../core/mailbox/boxes/box.ts';
import { openSummaryCache } from '../../../../core/mailbox/boxes/cache.ts';
import { createChangeEvents } from '../../../../core/mailbox/boxes/change-events.ts';
import { takeApartHere } from '../../../../core/mailbox/reading/take-apart.ts';
import { tempDir } from '../../../support/temp-dir.ts';

interface HandClock extends Clock {
  advance(ms: number): void;
  timers(): number;
}

function handClock(): HandClock {
  let nowMs = 1_800_000_000_000;
  const timers = new Set<{ at: number; run: () => void }>();
  return {
    nowMs: () => nowMs,
    timers: () => timers.size,
    after(delayMs, run) {
      const timer = { at: nowMs + delayMs, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const end = nowMs + ms;
      for (;;) {
        const next = [...timers].filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers.delete(next);
        nowMs = next.at;
        next.run();
      }
      nowMs = end;
    },
  };
}

test('changes: a touch every millisecond for a second → about ten events, the last after the last touch', () => {
  const clock = handClock();
  const told: number[] = [];
  const changes = createChangeEvents({ clock, snapshot: () => ({ mailboxes: [] }) });
  changes.onChanged(() => told.push(clock.nowMs()));
  const begin = clock.nowMs();
  for (let ms = 0; ms < 1000; ms++) {
    changes.touch();
    clock.advance(1);
  }
  clock.advance(1000);
  assert.ok(told.length >= 9 && told.length <= 11, `${told.length} events`);
  assert.ok(told.every((at, n) => n === 0 || at - (told[n - 1] ?? 0) >= 100));
  assert.ok((told[0] ?? 0) - begin <= 25);
  assert.ok((told.at(-1) ?? 0) >= begin + 999);
});

test('changes: no listener, listener removed, closed → no timer runs', () => {
  const clock = handClock();
  const changes = createChangeEvents({ clock, snapshot: () => assert.fail('nobody asked') });
  changes.touch();
  const stop = changes.onChanged(() => assert.fail('has unsubscribed'));
  stop();
  stop();
  changes.touch();
  assert.equal(clock.timers(), 0);
  changes.onChanged(() => assert.fail('was closed'));
  changes.touch();
  changes.close();
  changes.touch();
  assert.equal(clock.timers(), 0);
});

test('box: watches that tell nothing → the poll finds what came, moved and went', async t => {
  const directory = tempDir(t);
  for (const part of ['tmp', 'new', 'cur']) mkdirSync(join(directory, part));
  // The clock does not move, so the changes that the watches notice are never examined.
  const clock = handClock();
  const log: string[] = [];
  const arrived: string[] = [];
  const cache = openSummaryCache({ path: undefined, clock, log: line => log.push(line) });
  const box = await openBox({
    id: 'INBOX',
    directory,
    cache,
    takeApart: takeApartHere,
    clock,
    log: line => log.push(line),
    onChange: (_, entries) => arrived.push(...entries.map(entry => entry.unique)),
    onDirectory: () => {},
  });
  t.after(() => box.close());
  const state = () => [...box.folder.entries.values()].map(entry => `${entry.place}/${entry.name}`).sort();
  const path = (name: string) => join(directory, name);
  // Twice, so that the directories' times are known not to have changed.
  await box.poll();
  await box.poll();
  writeFileSync(path('new/1.a.h'), 'Subject: x\n\n');
  await box.poll();
  assert.deepEqual([state(), arrived], [['new/1.a.h'], ['1.a.h']]);
  renameSync(path('new/1.a.h'), path('cur/1.a.h:2,S'));
  await box.poll();
  assert.deepEqual([state(), arrived], [['cur/1.a.h:2,S'], ['1.a.h']]);
  await box.poll();
  await box.poll();
  rmSync(path('cur/1.a.h:2,S'));
  await box.poll();
  assert.deepEqual(state(), []);
  rmSync(path('new'), { recursive: true });
  rmSync(path('cur'), { recursive: true });
  await box.poll();
  mkdirSync(path('new'));
  writeFileSync(path('new/2.b.h'), 'Subject: y\n\n');
  await box.poll();
  assert.deepEqual(state(), ['new/2.b.h']);
  assert.deepEqual(log, []);
});
