// One checkpoint: what the closed segments of the journal say is written into the queue's own files (and was written into
// mailboxes), one sync of each file system makes all of that durable at once, and the segments are removed.
import { nextTurn } from '../../lib/process/next-turn.ts';
import type { Journal } from '../journal/journal.ts';
import type { MessageStore } from './message-store.ts';
import { moveToFiles } from './move-to-files.ts';
import type { QueuedMessage, QueuedMessages } from './queued-messages.ts';

export interface CheckpointDeps {
  /** The store of messages that are in qmail's files. */
  readonly files: MessageStore;
  readonly journal: Pick<Journal, 'note' | 'rotate' | 'remove'>;
  readonly queued: Pick<QueuedMessages, 'all'>;
  /** Syncs the file system that holds a directory. */
  readonly sync: (directory: string) => Promise<void>;
  /** Makes the files of these messages durable, or more than them. */
  readonly syncQueue: (ids: Iterable<number>) => Promise<void>;
  /** Removes the names in todo of messages that the journal has: without the journal they would be new messages. */
  readonly removeNames: () => Promise<void>;
}

export interface Checkpoint {
  /** The journal has a record about this message. */
  touched(id: number): void;
  /** A file below this directory was written without a sync of its own. */
  wrote(directory: string): void;
  /** Resolves when what was written so far is durable; forgets nothing. @throws when the disk refuses */
  syncWritten(): Promise<void>;
  /**
   * @param last no host will come back to the journal while it still holds what is moved to files now
   * @throws when the disk refuses: the journal is kept
   */
  run(last: boolean): Promise<void>;
}

/** Messages moved in one go, so that the event loop is never blocked for long. */
const sliceMessages = 200;

export function createCheckpoint(deps: CheckpointDeps): Checkpoint {
  const { files, journal, queued, sync, syncQueue, removeNames } = deps;
  /** Messages that the journal has been told of since the last checkpoint. */
  let touched = new Set<number>();
  let written = new Set<string>();
  /** Directories that are being synced right now. */
  let syncing: readonly string[] = [];

  async function syncAll(ids: ReadonlySet<number>): Promise<void> {
    // Only now: whatever was delivered until its message was moved to files is among these.
    syncing = [...written];
    written = new Set();
    try {
      await Promise.all([syncQueue(ids), ...syncing.map(directory => sync(directory))]);
    } catch (error) {
      for (const directory of syncing) written.add(directory);
      throw error;
    } finally {
      syncing = [];
    }
  }

  async function moveMessages(closed: number, last: boolean): Promise<void> {
    let moved: QueuedMessage[] = [];
    // Before anything else can happen, so that no later record of another message with that number comes first.
    const note = () => {
      if (moved.length > 0 && !last) journal.note({ type: 'filed', messages: moved });
      moved = [];
    };
    try {
      for (const message of queued.all.values()) {
        const { segment } = message.store;
        if (segment === undefined || segment > closed) continue;
        moveToFiles(message, files);
        moved.push(message);
        if (moved.length < sliceMessages) continue;
        note();
        await nextTurn();
      }
    } finally {
      note();
    }
  }

  return {
    touched: id => void touched.add(id),
    wrote(directory) {
      // The next host has to know: this one may be killed, and the machine lose its power soon after that.
      if (!written.has(directory)) journal.note({ type: 'written', directory });
      written.add(directory);
    },
    async syncWritten() {
      await Promise.all([...new Set([...written, ...syncing])].map(directory => sync(directory)));
    },
    async run(last) {
      const told = touched;
      touched = new Set();
      try {
        const closed = await journal.rotate();
        await nextTurn(); // Every message of the closed segment has reached `queued` by then.
        await moveMessages(closed, last);
        await removeNames();
        // What came meanwhile may be in the closed segment or in the new one: it is synced now and with the next checkpoint.
        await syncAll(new Set([...told, ...touched]));
        await journal.remove(closed);
      } catch (error) {
        for (const id of told) touched.add(id);
        throw error;
      }
    },
  };
}
