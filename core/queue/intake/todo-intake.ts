// Takes up the messages that other processes left in todo (qmail-queue, sendmail): the trigger wakes it, or at the latest a scan.
import { readdirSync, statSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import type { Dispose } from '../../lib/dispose.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { readAsked } from '../files/dsn-file.ts';
import { parseTodo } from '../files/envelope-file.ts';
import { messageNumber, type QueueLayout } from '../files/layout.ts';
import { UnknownRecord } from '../files/recipients.ts';
import { removeNames, removePreprocessed } from '../files/remove-files.ts';
import { listenToTrigger } from '../files/trigger.ts';
import type { QueueLog } from '../queue-log.ts';
import type { DeferredRemovals } from '../run/deferred-removals.ts';
import { type Admit, inlineBytes } from './admit.ts';
import type { TodoNames } from './todo-names.ts';

/** What taking up needs. */
export interface TodoIntakeDeps {
  readonly layout: QueueLayout;
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly admit: Admit;
  /** A message of the running host has this number. */
  readonly isQueued: (id: number) => boolean;
  readonly names: TodoNames;
  readonly removals: Pick<DeferredRemovals, 'later'>;
}

/** The running search for new messages. */
export interface TodoIntake {
  /** Scans todo, and listens to the trigger. Before that no message is accepted. */
  start(): void;
  /** Takes up no more; resolves when those under way are in. */
  stop(): Promise<void>;
}

/** Messages accepted at the same time: they share the journal's fdatasync. */
const width = 100;
/** qmail-send's SLEEP_TODO: how long a message can go unnoticed when every trigger failed. */
const scanEveryMs = 1_500_000;
/** The wait before another try after the disk refused. */
const retryMs = 123_000;

export function createTodoIntake(deps: TodoIntakeDeps): TodoIntake {
  const { layout, clock, log, names, removals } = deps;
  const queue: number[] = [];
  let busy = 0;
  let stopping = false;
  let idle: () => void = () => undefined;
  let cancelScan: Dispose = () => undefined;
  let stopListening: Dispose = () => undefined;

  function startMore(): void {
    while (!stopping && busy < width) {
      const id = queue.shift();
      if (id === undefined) break;
      busy++;
      void handle(id);
    }
    if (stopping && busy === 0) idle();
  }

  async function handle(id: number): Promise<void> {
    try {
      if (names.isTakenUp(id) || (await takeUp(deps, id))) {
        names.takenUp(id);
        removals.later(() => remove(id));
      } else {
        names.forget(id);
      }
    } catch (error) {
      warn(id, error);
      names.forget(id);
    }
    busy--;
    startMore();
  }

  function remove(id: number): void {
    try {
      names.remove(id);
    } catch (error) {
      warn(id, error);
    }
  }

  function warn(id: number, error: unknown): void {
    if (error instanceof UnknownRecord) log.warning(`unknown record type in ${layout.todo(id)}`);
    else {
      log.warning(`trouble preprocessing ${layout.todo(id)}: ${reasonOf(error)}`);
      scanIn(retryMs);
    }
  }

  function scanIn(delayMs: number): void {
    cancelScan();
    if (!stopping) cancelScan = clock.after(delayMs, scan);
  }

  function scan(): void {
    scanIn(scanEveryMs);
    try {
      for (const name of layout.dirs('todo').flatMap(directory => readdirSync(directory))) {
        const id = messageNumber(name);
        if (id === undefined || !names.found(id)) continue;
        queue.push(id);
        startMore();
      }
    } catch (error) {
      log.alert(`unable to opendir ${layout.todoDir}, sleeping...`);
      log.warning(`todo cannot be read: ${reasonOf(error)}`);
      scanIn(retryMs);
    }
  }

  return {
    start() {
      stopListening = listenToTrigger(layout.trigger, scan);
      scan();
    },
    stop() {
      stopping = true;
      stopListening();
      cancelScan();
      return new Promise(resolve => {
        idle = resolve;
        startMore();
      });
    },
  };
}

/**
 * A message without a file has lost what kept its number, because pid/ was emptied. The other message waits until that one is
 * gone, or for the next start.
 */
class NumberTaken extends Error {}

/**
 * S4 → journal: from the moment of the commit the journal speaks for the message, so its names can go.
 * @returns false when there is no message: only names
 */
async function takeUp({ layout, admit, isQueued }: TodoIntakeDeps, id: number): Promise<boolean> {
  const envelope = await parseTodo(readWholeFile(layout.todo(id)));
  if (isQueued(id)) throw new NumberTaken('another message still has this number; will try again later');
  if (!envelope) throw new UnknownRecord(`unknown record type in ${layout.todo(id)}`);
  const message = statSync(layout.mess(id), { throwIfNoEntry: false });
  if (!message) {
    // A host that was killed had finished it. The names are removed at once: another message may get the number.
    removeNames(layout, id);
    return false;
  }
  if (!message.isFile()) throw new Error(`${layout.mess(id)} is not a file`);
  // A qmail-send that was killed while it preprocessed the message may have left some of these files.
  removePreprocessed(layout, id);
  const raw = message.size <= inlineBytes ? readWholeFile(layout.mess(id)) : undefined;
  const readSec = Math.floor(message.atimeMs / 1000);
  const dsn = readAsked(layout, id);
  await admit({ id, sizeBytes: message.size, envelope: { ...envelope, dsn }, raw, head: raw, hasFile: true, readSec });
  return true;
}
