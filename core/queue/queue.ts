// One queue, running: opens the directories, takes the lock, recovers, and puts the parts together in the order in which they
// need each other.
import type { QueueRow, QueueSummary } from '../api/queue.ts';
import type { Channel } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { readBootId } from '../lib/process/boot-id.ts';
import { reasonOf } from '../lib/user-error.ts';
import { openGate, type RemoteGate } from '../paper-path/remote-gate.ts';
import type { Accept, Deliver, GroupOf } from '../paper-path/shapes.ts';
import { readDelayed } from './files/delayed.ts';
import { createDiskSync, type SyncFileSystem } from './files/disk-sync.ts';
import { readHolds } from './files/holds.ts';
import { makeQueueDirs, type QueueLayout, queueLayout } from './files/layout.ts';
import { lockQueue } from './files/lock.ts';
import { openNumbers } from './files/numbers.ts';
import { createIntake } from './intake/intake.ts';
import { createTodoIntake } from './intake/todo-intake.ts';
import { createTodoNames } from './intake/todo-names.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import { removeSegments } from './journal/segments.ts';
import { createOperator, type Operator } from './owner/operator.ts';
import { queueRows, summarize } from './owner/overview.ts';
import { createQueueLog, type QueueLog } from './queue-log.ts';
import { cleanUpRegularly } from './recovery/cleanup.ts';
import { messagesOnDisk } from './recovery/messages-on-disk.ts';
import { recover } from './recovery/recover.ts';
import { placeOf } from './recovery/takeover.ts';
import { type AttemptBook, createAttemptBook } from './run/attempts.ts';
import { createDeferredRemovals } from './run/deferred-removals.ts';
import { createIntakePriority } from './run/intake-priority.ts';
import type { LongDelivery } from './run/long-deliveries.ts';
import { createScheduler, type Scheduler } from './run/scheduler.ts';
import { type Checkpoints, createCheckpoints } from './store/checkpoints.ts';
import { storeInFiles } from './store/in-files.ts';
import { createQueuedMessages } from './store/queued-messages.ts';

/** What the queue needs from the rest of the host. */
export interface QueueDeps {
  readonly home: string;
  readonly control: () => Control;
  readonly clock: Clock;
  /** The delivery log. */
  readonly log: LogLine;
  /** Creates the two deliveries, from what the queue offers them. */
  readonly deliver: (queue: ForDelivery) => Readonly<Record<Channel, Deliver>>;
  /** Which recipients are delivered to other hosts together; default: each is delivered alone. */
  readonly groupOf?: GroupOf | undefined;
  /** Whether mail may go to other hosts; undefined: it always may. */
  readonly gate?: RemoteGate | undefined;
  /** Called after anything changed that a person could see; may be called often. */
  readonly changed: () => void;
  /** For tests: this run of the machine (lib/process/boot-id.ts), and how a file system is synced, if it can be. */
  readonly bootId?: string | undefined;
  readonly syncFileSystem?: SyncFileSystem | 'missing' | undefined;
}

/** What the queue offers deliveries. */
interface ForDelivery {
  /** For forwards. */
  readonly accept: Accept;
  /** Promises that what was written below a directory is durable before the journal forgets the message. */
  readonly deferSync: ((directory: string) => void) | undefined;
  /** The last host crashed: mailboxes may contain incomplete files. */
  readonly unclean: boolean;
}

/** A running queue. */
export interface Queue {
  readonly accept: Accept;
  /** A client is active on the network: deliveries of messages that have just come can wait a moment. */
  heard(): void;
  /** Starts with the messages on disk. Call once, when everything that deliveries need is ready. */
  start(): void;
  /** The messages that wait, and when the oldest of them was born (seconds since 1970; undefined: there is none). */
  readonly waiting: { has(id: number): boolean; oldestSec(): number | undefined };
  /** Takes what an earlier host has logged about pending recipients. */
  readonly attempts: Pick<AttemptBook, 'recall' | 'forget'>;
  /** Makes these messages (default: all) due now; those being tried, again when that has ended. @returns how many were woken */
  retry(ids?: readonly number[]): number;
  /** The owner's calls about waiting messages. */
  readonly operator: Operator;
  /** Local deliveries that have been running for long. */
  longDeliveries(): LongDelivery[];
  /** Since when it is paused, in ms; undefined: it is not. */
  readonly pausedMs: Scheduler['pausedMs'];
  rows(offset: number, limit: number): Iterable<QueueRow>;
  summary(lastHour: QueueSummary['lastHour']): QueueSummary;
  /** Starts nothing new, lets running deliveries end, releases the lock. */
  stop(): Promise<void>;
}

/**
 * Opens the queue of a home. After a crash it first brings the queue's files up to date from the journal.
 * @throws UserError when another host runs on it
 */
export async function openQueue(deps: QueueDeps): Promise<Queue> {
  const { clock } = deps;
  const layout = queueLayout(deps.home);
  makeQueueDirs(layout);
  const unlock = lockQueue(layout);
  const log = createQueueLog(deps.log, layout.root);
  const disk = createDiskSync(layout, deps.syncFileSystem);
  const bootId = deps.bootId ?? readBootId();
  const unclean = await recover({ ...disk, layout, clock, log, bootId }).catch(error => {
    unlock();
    throw error;
  });

  // What the parts share.
  const files = storeInFiles(layout);
  const queued = createQueuedMessages();
  const isQueued = (id: number) => queued.all.has(id);
  const numbers = openNumbers(layout, isQueued);
  const names = createTodoNames(layout);
  const attempts = createAttemptBook();
  const intakePriority = createIntakePriority(clock);
  const removals = createDeferredRemovals({ clock, isBusy: () => queued.isBusy(nowSec(clock)) });
  const journalFile = openJournal({
    syncDirectory: disk.syncDirectory,
    directory: layout.journalDir,
    bootId,
    place: placeOf(layout),
    clock,
    trouble: text => log.alert(`unable to write the journal in ${layout.journalDir}: ${text}`),
  });
  const checkpoints = createCheckpoints({
    ...disk,
    files,
    clock,
    journal: journalFile,
    queued,
    log,
    removeNames: names.removeAll,
  });
  const { syncWritten, journal } = checkpoints;
  const gate = deps.gate ?? openGate;
  const shared = { ...deps, gate, layout, log, files, queued, numbers, journal, removals, attempts, intakePriority };

  // The way in, what delivers, and who gives orders.
  const intake = createIntake({ ...shared, ...disk });
  const { accept, admit } = intake;
  const deliver = deps.deliver({ accept, deferSync: disk.syncsWhole ? checkpoints.wrote : undefined, unclean });
  const scheduler = createScheduler({
    ...shared,
    accept,
    deliver,
    groupOf: deps.groupOf ?? (() => undefined),
    syncWritten,
    isNamed: names.isNamed,
    syncDirectory: disk.syncDirectory,
    defersSync: disk.syncsWhole,
  });
  const todoIntake = createTodoIntake({ ...shared, admit, isQueued, names });
  const { operator, retry, close: closeOperator } = createOperator({ ...shared, ...disk, scheduler });
  let endCleanup: () => void = () => undefined;
  let stopped: Promise<void> | undefined;

  async function stop(): Promise<void> {
    endCleanup();
    await todoIntake.stop();
    await scheduler.stop();
    await closeOperator();
    await intake.close();
    numbers.close((await emptyJournal(layout, log, journalFile, checkpoints)) ? 'removed' : 'kept');
    await journalFile.close();
    log.exiting();
    unlock();
  }

  return {
    accept,
    heard: intakePriority.heard,
    start() {
      log.status(scheduler.running(), scheduler.limits(), false);
      const holds = readHolds(layout, log);
      for (const message of messagesOnDisk(layout, files, nowSec(clock))) {
        message.held = holds.get(message.id);
        queued.add(message);
      }
      todoIntake.start();
      endCleanup = cleanUpRegularly(layout, clock, log, queued.all);
    },
    waiting: { has: isQueued, oldestSec: queued.oldestSec },
    attempts,
    retry,
    operator,
    longDeliveries: scheduler.longDeliveries,
    pausedMs: scheduler.pausedMs,
    rows: (offset, limit) => queueRows(queued, attempts, gate, id => readDelayed(layout, id), offset, limit),
    summary: lastHour => summarize(queued, scheduler.running(), scheduler.limits(), lastHour, gate),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** Everything into qmail's own files. @returns false when the disk refuses: the next start does it from the journal */
async function emptyJournal(
  { journalDir }: QueueLayout,
  log: QueueLog,
  journalFile: Journal,
  checkpoints: Checkpoints,
): Promise<boolean> {
  try {
    await checkpoints.stop();
    if (journalFile.sizeBytes > 0) throw new Error('something was written after the last checkpoint');
    removeSegments(journalDir, Number.MAX_SAFE_INTEGER);
    return true;
  } catch (error) {
    log.alert(`unable to empty the journal, it is kept for the next start: ${reasonOf(error)}`);
    return false;
  }
}
