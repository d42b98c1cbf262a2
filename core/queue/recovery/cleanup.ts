// Removes files that belong to no message, such as those of an injector that was killed (qmail-clean, qmail-send's cleanup).
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { forgetGone } from '../files/beside.ts';
import { forgetOldFailures } from '../files/failures.ts';
import { messageNumber, type QueueLayout } from '../files/layout.ts';
import { isSpare } from '../files/numbers.ts';
import type { QueueLog } from '../queue-log.ts';
import { leftoverAgeSec } from './takeover.ts';

/** How often: qmail's 21 hours and a bit, so that the time of day changes. */
const cleanupEverySec = 76_431;

/** Cleans up now, and then as often as that. @param known messages of the running host @returns what ends it */
export function cleanUpRegularly(
  layout: QueueLayout,
  clock: Clock,
  log: Pick<QueueLog, 'warning'>,
  known: { has(id: number): boolean },
): Dispose {
  let cancel: Dispose = () => undefined;
  function cleanUp(): void {
    try {
      removeLeftovers(layout, nowSec(clock), known);
    } catch (error) {
      log.warning(`unable to clean up the queue: ${error instanceof Error ? error.message : error}`);
    }
    cancel = clock.after(cleanupEverySec * 1000, cleanUp);
  }
  cleanUp();
  return () => cancel();
}

/**
 * Removes message files without info and todo, and pid files, that are older than 36 hours; and what is left of
 * bounces and delays of messages that are gone.
 * @returns how many of the former
 * @param known messages of the running host: one in the journal has no info, and when the clock is set it is old at once
 */
export function removeLeftovers(layout: QueueLayout, nowSec: number, known: { has(id: number): boolean }): number {
  let removed = 0;
  for (const directory of layout.dirs('mess')) {
    for (const name of readdirSync(directory)) {
      const id = messageNumber(name);
      if (id === undefined || known.has(id) || !isOld(join(directory, name), nowSec)) continue;
      if (exists(layout.info(id)) || exists(layout.todo(id))) continue;
      rmSync(layout.intd(id), { force: true });
      rmSync(layout.mess(id), { force: true });
      removed++;
    }
  }
  forgetOldFailures(layout);
  for (const directory of [layout.delayedDir, layout.dsnDir]) forgetGone(layout, directory);
  for (const name of readdirSync(layout.pidDir)) {
    if (isSpare(name)) continue; // It keeps a number of the running host, no matter how old it is.
    const path = join(layout.pidDir, name);
    if (!isOld(path, nowSec)) continue;
    rmSync(path, { force: true });
    removed++;
  }
  return removed;
}

function isOld(path: string, nowSec: number): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && nowSec > Math.max(stat.atimeMs, stat.mtimeMs) / 1000 + leftoverAgeSec;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
