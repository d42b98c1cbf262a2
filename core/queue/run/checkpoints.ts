// A checkpoint lets old journal segments go: what they say is written into the queue's own files (and was written into
// mailboxes), and one sync of each file system makes all of that durable at once.
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { nextTurn } from '../../lib/process/next-turn.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { QueueLog } from '../queue-log.ts';
import type { MessageStore } from '../store/message-store.ts';
import { moveToFiles } from '../store/move-to-files.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';

/** The running checkpointer. */
export interface Checkpoints {
  /** The journal for everything but checkpoints: each record makes a checkpoint due some seconds from now. */
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  /** A file below this directory was written without a sync of its own. */
  wrote(directory: string): void;
  /** Resolves when what was written so far is durable; forgets nothing. @throws when the disk refuses */
  syncWritten(): Promise<void>;
  /** Makes a checkpoint now. @throws when the disk refuses: the journal is then kept */
  now(): Promise<void>;
  /** The last checkpoint: settles everything. @throws when the disk refuses: the journal is then kept */
  stop(): Promise<void>;
}

const everyMs = 5000;
/** While very many messages are due it waits longer: those that will be gone by then need no files. */
const patienceMs = 10_000;
const lookAgainMs = 500;
/** A segment of this size is let go at once, so that recovery never has much to read. */
const fullBytes = 32 * 1024 * 1024;
/** Messages settled in one go, so that the event loop is never blocked for long. */
const sliceMessages = 200;

export function createCheckpoints(deps: {
  /** The store of messages that are in qmail's files. */
  readonly files: MessageStore;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly queued: Pick<QueuedMessages, 'all' | 'isBusy'>;
  readonly log: Pick<QueueLog, 'alert'>;
  /** Syncs the file system that holds a directory. */
  readonly sync: (directory: string) => Promise<void>;
  /** Makes the files of these messages durable, or more than them. */
  readonly syncQueue: (ids: Iterable<number>) => Promise<void>;
  /** Removes the names in todo of messages that the journal has: a message that had one without a journal would be new. */
  readonly removeNames: () => Promise<void>;
}): Checkpoints {
  const { files, clock, journal, queued, log, sync, syncQueue, removeNames } = deps;
  /** Messages that the journal has been told of since the last checkpoint. */
  let touched = new Set<number>();
  let written = new Set<string>();
  /** Places that are being synced right now. */
  let syncing: readonly string[] = [];
  let running: Promise<void> | undefined;
  let cancel: Dispose | undefined;
  /** The last one failed: the next waits for its time, however full the journal is. */
  let resting = false;
  /** Since when the next one waits for messages that are due. */
  let patientSinceMs: number | undefined;

  /** @param last no host will come back to the journal while it still holds what is settled now */
  async function run(last: boolean): Promise<void> {
    cancel?.();
    cancel = undefined;
    const told = touched;
    touched = new Set();
    try {
      const closed = await journal.rotate();
      await nextTurn(); // Every message of the closed segment has reached `waiting` by then.
      await settleUpTo(closed, last);
      await removeNames();
      // What came meanwhile may be in the closed segment or in the new one: it is synced now and with the next checkpoint.
      await syncAll(new Set([...told, ...touched]));
      await journal.remove(closed);
    } catch (error) {
      for (const id of told) touched.add(id);
      throw error;
    }
  }

  async function syncAll(ids: ReadonlySet<number>): Promise<void> {
    // Only now: whatever was delivered until its message was settled is among these.
    syncing = [...written];
    written = new Set();
    try {
      await Promise.all([syncQueue(ids), ...syncing.map(place => sync(place))]);
    } catch (error) {
      for (const place of syncing) written.add(place);
      throw error;
    } finally {
      syncing = [];
    }
  }

  async function settleUpTo(segment: number, last: boolean): Promise<void> {
    let settled: QueuedMessage[] = [];
    // Before anything else can happen, so that no later record of another message with that number comes first.
    const tell = () => {
      if (settled.length > 0 && !last) journal.note({ type: 'settled', messages: settled });
      settled = [];
    };
    try {
      for (const message of queued.all.values()) {
        const { segment: at } = message.store;
        if (at === undefined || at > segment) continue;
        moveToFiles(message, files);
        settled.push(message);
        if (settled.length < sliceMessages) continue;
        tell();
        await nextTurn();
      }
    } finally {
      tell();
    }
  }

  function now(last = false): Promise<void> {
    running ??= run(last).finally(() => {
      running = undefined;
    });
    return running;
  }

  function tryUnlessBusy(): void {
    patientSinceMs ??= clock.nowMs();
    if (queued.isBusy(nowSec(clock)) && Math.abs(clock.nowMs() - patientSinceMs) < patienceMs)
      cancel = clock.after(lookAgainMs, tryUnlessBusy);
    else tryNow();
  }

  function tryNow(): void {
    cancel?.();
    cancel = undefined;
    patientSinceMs = undefined;
    resting = false;
    if (running) {
      cancel = clock.after(everyMs, tryNow); // It may have begun before the last records.
      return;
    }
    now().catch(error => {
      resting = true;
      log.alert(`unable to make a checkpoint, the journal is kept: ${error instanceof Error ? error.message : error}`);
      cancel ??= clock.after(everyMs, tryNow);
    });
  }

  function due(record: JournalRecord): void {
    if ('id' in record) touched.add(record.id);
    if (journal.sizeBytes > fullBytes && !running && !resting) tryNow();
    cancel ??= clock.after(everyMs, tryUnlessBusy);
  }

  return {
    journal: {
      commit(record) {
        due(record);
        return journal.commit(record);
      },
      note(record) {
        due(record);
        journal.note(record);
      },
    },
    wrote(directory) {
      // The next host has to know: this one may be killed, and the machine lose its power soon after that.
      if (!written.has(directory)) journal.note({ type: 'written', directory });
      written.add(directory);
    },
    async syncWritten() {
      await Promise.all([...new Set([...written, ...syncing])].map(place => sync(place)));
    },
    now: () => now(),
    async stop() {
      cancel?.();
      await running?.catch(() => undefined);
      await now(true);
      cancel?.();
    },
  };
}
