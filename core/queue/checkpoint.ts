// A checkpoint lets old journal segments go: what they say is written into the queue's own files (and was written into
// mailboxes), and one sync of each file system makes all of that durable at once.
import type { Clock } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import { syncFileSystem } from '../lib/sync-file-system.ts';
import type { Journal } from './journal/journal.ts';
import type { QueueLayout } from './layout.ts';
import type { QueueLog } from './log-lines.ts';
import { settle } from './settle.ts';
import type { WaitingMessages } from './waiting.ts';

/** The running checkpointer. */
export interface Checkpoints {
  /** Something was handed to the journal: a checkpoint is due some seconds from now. */
  due(): void;
  /** A file below this directory was written without a sync of its own. */
  wrote(directory: string): void;
  /** Resolves when what was written so far is durable; forgets nothing. @throws when the disk refuses */
  syncWritten(): Promise<void>;
  /** Makes a checkpoint now. @throws when the disk refuses: the journal is then kept */
  now(): Promise<void>;
  /** The last checkpoint: settles everything. */
  stop(): Promise<void>;
}

const everyMs = 5000;
/** A segment of this size is let go at once, so that recovery never has much to read. */
const fullBytes = 32 * 1024 * 1024;
/** Messages settled in one go, so that the event loop is never blocked for long. */
const sliceMessages = 200;

export function createCheckpoints(deps: {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly waiting: WaitingMessages;
  readonly log: QueueLog;
  readonly sync?: (path: string) => Promise<void>;
}): Checkpoints {
  const { layout, clock, journal, waiting, log, sync = syncFileSystem } = deps;
  let written = new Set<string>();
  let running: Promise<void> | undefined;
  let cancel: Dispose | undefined;

  async function run(): Promise<void> {
    cancel?.();
    cancel = undefined;
    let places: string[] = [];
    const closed = await journal.rotate();
    // One turn of the event loop: every message of the closed segment has reached `waiting` by then.
    await new Promise(resolve => setImmediate(resolve));
    try {
      let settled = 0;
      for (const message of waiting.all.values()) {
        if (!message.fresh || message.fresh.segment > closed) continue;
        settle(layout, message);
        if (++settled % sliceMessages === 0) await new Promise(resolve => setImmediate(resolve));
      }
      // Only now: whatever was delivered until its message was settled is among these.
      places = [layout.root, ...written];
      written = new Set();
      await Promise.all(places.map(place => sync(place)));
    } catch (error) {
      for (const place of places) written.add(place);
      throw error;
    }
    await journal.remove(closed);
  }

  function now(): Promise<void> {
    running ??= run().finally(() => {
      running = undefined;
    });
    return running;
  }

  function tryNow(): void {
    now().catch(error => {
      log.alert(`unable to make a checkpoint, the journal is kept: ${error instanceof Error ? error.message : error}`);
      due();
    });
  }

  function due(): void {
    if (journal.sizeBytes > fullBytes && !running) tryNow();
    cancel ??= clock.after(everyMs, tryNow);
  }

  return {
    due,
    wrote: directory => void written.add(directory),
    async syncWritten() {
      await Promise.all([...written].map(place => sync(place)));
    },
    now,
    async stop() {
      cancel?.();
      await running?.catch(() => undefined);
      await run();
      cancel?.();
    },
  };
}
