// One queue, running: opens the directories, takes the lock, and joins accept, todo intake and scheduler into one service.
import type { QueueRow, QueueSummary } from '../api/queue.ts';
import type { Channel } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import { createDirectorySync } from '../lib/disk/directory-sync.ts';
import { canSyncFileSystem, syncFileSystem } from '../lib/disk/sync-file-system.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import { readBootId } from '../lib/process/boot-id.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Accept, Deliver } from '../paper-path/shapes.ts';
import { readHolds } from './files/holds.ts';
import { makeQueueDirs, queueLayout } from './files/layout.ts';
import { lockQueue } from './files/lock.ts';
import { openNumbers } from './files/numbers.ts';
import { syncMessages } from './files/sync-messages.ts';
import { createAccept } from './intake/accept.ts';
import { createAdmission } from './intake/admit.ts';
import { admitWithCopies } from './intake/copies.ts';
import { createTodoIntake } from './intake/todo-intake.ts';
import { type Journal, openJournal } from './journal/journal.ts';
import type { JournalRecord } from './journal/record.ts';
import { removeSegments } from './journal/segments.ts';
import { createOperator, type Operator } from './owner/operator.ts';
import { queueRows, summarize } from './owner/overview.ts';
import { createQueueLog } from './queue-log.ts';
import { cleanupEverySec, removeLeftovers } from './recovery/cleanup.ts';
import { messagesOnDisk } from './recovery/messages-on-disk.ts';
import { recover } from './recovery/recover.ts';
import { placeOf } from './recovery/takeover.ts';
import { type AttemptBook, createAttemptBook } from './run/attempts.ts';
import { type Checkpoints, createCheckpoints } from './run/checkpoints.ts';
import { createDeferredRemovals } from './run/deferred-removals.ts';
import { createIntakePriority } from './run/intake-priority.ts';
import type { LongDelivery } from './run/long-deliveries.ts';
import { createScheduler, type Scheduler } from './run/scheduler.ts';
import { createQueuedMessages, type QueuedMessage } from './store/queued-messages.ts';

/** What the queue needs from the rest of the host. */
export interface QueueDeps {
  readonly home: string;
  readonly control: () => Control;
  readonly clock: Clock;
  /** The delivery log. */
  readonly log: LogLine;
  /** Makes the two deliveries, from what the queue gives them. */
  readonly deliver: (queue: ForDelivery) => Readonly<Record<Channel, Deliver>>;
  /** Called after anything changed that a person could see; may be called often. */
  readonly changed: () => void;
  /** For tests: this run of the machine (lib/boot-id.ts), and how a file system is synced, if it can be. */
  readonly bootId?: string | undefined;
  readonly syncFileSystem?: SyncFileSystem | 'missing' | undefined;
}

type SyncFileSystem = (directory: string) => Promise<void>;

/** What the queue gives to deliveries. */
interface ForDelivery {
  /** For forwards. */
  readonly accept: Accept;
  /** Promises that what was written below a directory is durable before the journal forgets the message. */
  readonly deferSync: ((directory: string) => void) | undefined;
  /** The last host crashed: mailboxes may hold files that were not written to their end. */
  readonly unclean: boolean;
}

/** A running queue. */
export interface Queue {
  readonly accept: Accept;
  /** Tells that a client by the network is busy with us: deliveries of what has just come can wait a moment. */
  heard(): void;
  /** Begins with what is on disk. Call once, when everything that deliveries need is ready. */
  start(): void;
  /** The messages that wait, and since when the oldest of them does (seconds since 1970; undefined: there is none). */
  readonly waiting: { has(id: number): boolean; oldestSec(): number | undefined };
  /** Takes in what an earlier host has logged of recipients that wait. */
  readonly attempts: Pick<AttemptBook, 'recall' | 'forget'>;
  /** Makes these messages (default: all) due now; those being tried, again when that has ended. @returns how many were woken */
  retry(ids?: readonly number[]): number;
  /** What the owner of the host may do to waiting messages. */
  readonly operator: Operator;
  /** Local deliveries that have been running for long. */
  longDeliveries(): LongDelivery[];
  /** No delivery begins between the two; mail is taken in. */
  readonly pause: Scheduler['pause'];
  readonly resume: Scheduler['resume'];
  /** Since when it is paused, in ms; undefined: it is not. */
  readonly pausedMs: Scheduler['pausedMs'];
  rows(offset: number, limit: number): Iterable<QueueRow>;
  summary(lastHour: QueueSummary['lastHour']): QueueSummary;
  /** Starts nothing new, lets running deliveries end, gives the lock back. */
  stop(): Promise<void>;
}

/**
 * Opens the queue of a home. After a crash it first brings the queue's files up to date from the journal.
 * @throws UserError when another host runs on it
 */
export async function openQueue(deps: QueueDeps): Promise<Queue> {
  const { clock, control } = deps;
  const layout = queueLayout(deps.home);
  makeQueueDirs(layout);
  const unlock = lockQueue(layout);
  const log = createQueueLog(deps.log, layout.root);
  const syncDirectory = createDirectorySync();
  const bootId = deps.bootId ?? readBootId();
  const given = deps.syncFileSystem ?? (canSyncFileSystem(layout.root) ? syncFileSystem : 'missing');
  const syncWhole = given === 'missing' ? undefined : given;
  const syncQueue = (ids: Iterable<number>) =>
    syncWhole ? syncWhole(layout.root) : syncMessages(layout, syncDirectory, ids);
  const sync = syncWhole ?? (async () => undefined);
  const unclean = await recover({ layout, clock, log, bootId, sync, syncQueue }).catch(error => {
    unlock();
    throw error;
  });
  const queued = createQueuedMessages();
  const attempts = createAttemptBook();
  const pen = openJournal({
    directory: layout.journalDir,
    bootId,
    place: placeOf(layout),
    clock,
    syncDirectory,
    trouble: text => log.alert(`unable to write the journal in ${layout.journalDir}: ${text}`),
  });
  const checkpoints = createCheckpoints({
    layout,
    clock,
    journal: pen,
    queued,
    log,
    sync,
    syncQueue,
    removeNames: () => todoIntake.removeNames(),
  });
  const journal = withCheckpoints(pen, checkpoints);
  const isQueued = (id: number) => queued.all.has(id);
  const numbers = openNumbers(layout, isQueued);
  const intakePriority = createIntakePriority(clock);
  const removals = createDeferredRemovals({ clock, isBusy: () => queued.isBusy(nowSec(clock)) });
  let qp = process.pid;
  let stopped: Promise<void> | undefined;
  let cancelCleanUp: Dispose = () => undefined;

  const { admit, close: closeAdmission } = createAdmission({ layout, control, clock, journal, log, ready });
  const acceptDeps = { layout, clock, syncDirectory, numbers, nextQp: () => qp++, log };
  const admitCopied = admitWithCopies({ layout, control, accept: createAccept({ ...acceptDeps, admit }), admit });
  const accept = createAccept({ ...acceptDeps, admit: admitCopied });
  const deliver = deps.deliver({ accept, deferSync: syncWhole && checkpoints.wrote, unclean });
  const scheduler = createScheduler({
    ...deps,
    layout,
    log,
    journal,
    numbers,
    queued,
    intakePriority,
    removals,
    attempts,
    accept,
    deliver,
    syncWritten: checkpoints.syncWritten,
    isNamed: id => todoIntake.isNamed(id),
    defersSync: syncWhole !== undefined,
  });
  const todoIntake = createTodoIntake({ layout, clock, log, admit: admitCopied, isQueued, removals });
  const { operator, close: closeOperator } = createOperator({
    ...deps,
    layout,
    syncDirectory,
    queued,
    scheduler,
    journal,
    log,
  });

  function ready(message: QueuedMessage): void {
    intakePriority.arrived(message.sizeBytes);
    scheduler.add(message);
  }

  function cleanUp(): void {
    try {
      removeLeftovers(layout, nowSec(clock), queued.all);
    } catch (error) {
      log.warning(`unable to clean up the queue: ${error instanceof Error ? error.message : error}`);
    }
    cancelCleanUp = clock.after(cleanupEverySec * 1000, cleanUp);
  }

  /** Everything into qmail's own files. @returns false when the disk refuses: the next start does it from the journal */
  async function emptyJournal(): Promise<boolean> {
    try {
      await checkpoints.stop();
      if (pen.sizeBytes > 0) throw new Error('something was written after the last checkpoint');
      removeSegments(layout.journalDir, Number.MAX_SAFE_INTEGER);
      return true;
    } catch (error) {
      log.alert(`unable to empty the journal, it is kept for the next start: ${reasonOf(error)}`);
      return false;
    }
  }

  async function stop(): Promise<void> {
    cancelCleanUp();
    await todoIntake.stop();
    await scheduler.stop();
    await closeOperator();
    await closeAdmission();
    numbers.close((await emptyJournal()) ? 'removed' : 'kept');
    await pen.close();
    log.exiting();
    unlock();
  }

  return {
    accept,
    heard: intakePriority.heard,
    start() {
      log.status(scheduler.running(), scheduler.limits(), false);
      const holds = readHolds(layout, log);
      for (const message of messagesOnDisk(layout, nowSec(clock))) {
        message.held = holds.get(message.id);
        scheduler.add(message);
      }
      todoIntake.start();
      cleanUp();
    },
    waiting: {
      has: isQueued,
      oldestSec() {
        let oldestSec = Number.POSITIVE_INFINITY;
        for (const { bornSec } of queued.all.values()) oldestSec = Math.min(oldestSec, bornSec);
        return Number.isFinite(oldestSec) ? oldestSec : undefined;
      },
    },
    attempts,
    retry(ids = [...queued.all.keys()]) {
      let woken = 0;
      for (const id of ids) {
        const message = queued.all.get(id);
        if (!message) continue;
        scheduler.hurry(message);
        if (message.held !== 'all') woken += message.channels.size; // It is only looked at: perhaps nobody is left.
      }
      deps.changed();
      return woken;
    },
    operator,
    longDeliveries: scheduler.longDeliveries,
    pause: scheduler.pause,
    resume: scheduler.resume,
    pausedMs: scheduler.pausedMs,
    rows: (offset, limit) => queueRows(layout, queued, attempts, offset, limit),
    summary: lastHour => summarize(queued, scheduler.running(), scheduler.limits(), lastHour),
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** A journal whose every record makes a checkpoint due. */
function withCheckpoints(pen: Journal, checkpoints: Checkpoints): Pick<Journal, 'commit' | 'note'> {
  return {
    commit(record) {
      checkpoints.due(idOf(record));
      return pen.commit(record);
    },
    note(record) {
      checkpoints.due(idOf(record));
      pen.note(record);
    },
  };
}

function idOf(record: JournalRecord): number | undefined {
  return 'id' in record ? record.id : undefined;
}
