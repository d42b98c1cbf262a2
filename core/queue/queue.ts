// One queue, running: opens the directories, takes the lock, and joins accept, arrivals and scheduler into one service.
import type { QueueRow, QueueSummary } from '../api/queue.ts';
import type { Channel } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/directory-sync.ts';
import type { LogLine } from '../lib/log.ts';
import type { Accept, Deliver } from '../lib/paper-path.ts';
import { createAccept } from './accept.ts';
import { createArrivals } from './arrivals.ts';
import { createAttemptBook } from './attempts.ts';
import { cleanupEverySec, removeLeftovers } from './cleanup.ts';
import { makeQueueDirs, queueLayout } from './layout.ts';
import { lockQueue } from './lock.ts';
import { createQueueLog } from './log-lines.ts';
import { queueRows, summarize } from './overview.ts';
import { createScheduler } from './scheduler.ts';
import { waitingOnDisk } from './start-up.ts';
import { createWaitingMessages } from './waiting.ts';

/** What the queue needs from the rest of the host. */
export interface QueueDeps {
  readonly home: string;
  readonly control: () => Control;
  readonly clock: Clock;
  /** The delivery log. */
  readonly log: LogLine;
  /** Delivers one recipient; handed the queue's own `accept` for forwards. */
  readonly deliver: (accept: Accept) => Readonly<Record<Channel, Deliver>>;
  /** Called after anything changed that a person could see; may be called often. */
  readonly changed: () => void;
}

/** A running queue. */
export interface Queue {
  readonly accept: Accept;
  /** Begins with what is on disk. Call once, when everything that deliveries need is ready. */
  start(): void;
  /** Makes these messages (default: all) due now. @returns how many were woken */
  retry(ids?: readonly number[]): number;
  rows(offset: number, limit: number): QueueRow[];
  summary(lastHour: QueueSummary['lastHour']): QueueSummary;
  /** Starts nothing new, lets running deliveries end, gives the lock back. */
  stop(): Promise<void>;
}

/** Opens the queue of a home. @throws UserError when another host runs on it */
export function openQueue(deps: QueueDeps): Queue {
  const layout = queueLayout(deps.home);
  makeQueueDirs(layout);
  const unlock = lockQueue(layout);
  const log = createQueueLog(deps.log);
  const syncDirectory = createDirectorySync();
  const waiting = createWaitingMessages();
  const attempts = createAttemptBook();
  let qp = process.pid;
  let stopped: Promise<void> | undefined;

  const accept = createAccept({
    layout,
    clock: deps.clock,
    syncDirectory,
    nextQp: () => qp++,
    queued: id => arrivals.announce(id),
  });
  const scheduler = createScheduler({ ...deps, layout, log, waiting, attempts, accept, deliver: deps.deliver(accept) });
  const arrivals = createArrivals({
    ...deps,
    layout,
    log,
    syncDirectory,
    ready: ({ id, sizeBytes, channels }) => {
      const bornSec = nowSec(deps.clock);
      scheduler.add({ id, bornSec, sizeBytes, channels: new Map(channels.map(channel => [channel, bornSec])) });
    },
  });

  function cleanUp(): void {
    try {
      removeLeftovers(layout, nowSec(deps.clock));
    } catch (error) {
      log.warning(`unable to clean up the queue: ${error instanceof Error ? error.message : error}`);
    }
    deps.clock.after(cleanupEverySec * 1000, cleanUp);
  }

  async function stop(): Promise<void> {
    await arrivals.stop();
    await scheduler.stop();
    log.exiting();
    unlock();
  }

  return {
    accept,
    start() {
      log.status(scheduler.running(), scheduler.limits(), false);
      for (const message of waitingOnDisk(layout)) scheduler.add(message);
      arrivals.scan();
      cleanUp();
    },
    retry(ids = [...waiting.all.keys()]) {
      let woken = 0;
      for (const id of ids) {
        for (const [channel, due] of waiting.all.get(id)?.channels ?? []) {
          if (due === 'now') continue;
          waiting.reschedule(id, channel, nowSec(deps.clock));
          woken++;
        }
      }
      scheduler.wake();
      deps.changed();
      return woken;
    },
    rows: (offset, limit) => queueRows(layout, waiting, attempts, offset, limit),
    summary: lastHour => summarize(waiting, scheduler.running(), scheduler.limits(), lastHour),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
