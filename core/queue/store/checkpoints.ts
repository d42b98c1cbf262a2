// When checkpoints are made: some seconds after the first record, later while very many messages are due, and at once when a
// segment is full.
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalRecord } from '../journal/record.ts';
import type { QueueLog } from '../queue-log.ts';
import { type Checkpoint, type CheckpointDeps, createCheckpoint } from './checkpoint.ts';
import type { QueuedMessages } from './queued-messages.ts';

/** The running checkpointer. */
export interface Checkpoints {
  /** The journal for everything but checkpoints: each record makes a checkpoint due. */
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly wrote: Checkpoint['wrote'];
  readonly syncWritten: Checkpoint['syncWritten'];
  /** The last checkpoint: moves everything to files. @throws when the disk refuses: the journal is kept */
  stop(): Promise<void>;
}

interface CheckpointsDeps extends CheckpointDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly queued: Pick<QueuedMessages, 'all' | 'isBusy'>;
  readonly log: Pick<QueueLog, 'alert'>;
}

const everyMs = 5000;
/** While very many messages are due it waits longer: those that are gone by then need no files. */
const patienceMs = 10_000;
const lookAgainMs = 500;
/** A segment of this size is closed at once, so that recovery never has much to read. */
const fullBytes = 32 * 1024 * 1024;

export function createCheckpoints(deps: CheckpointsDeps): Checkpoints {
  const { clock, journal, queued, log } = deps;
  const checkpoint = createCheckpoint(deps);
  let running: Promise<void> | undefined;
  let cancel: Dispose | undefined;
  /** The last one failed: the next waits for its time, however full the journal is. */
  let hasFailed = false;
  /** Since when the next one waits for messages that are due. */
  let patientSinceMs: number | undefined;

  function run(last: boolean): Promise<void> {
    running ??= checkpoint.run(last).finally(() => {
      running = undefined;
    });
    return running;
  }

  function cancelTimer(): void {
    cancel?.();
    cancel = undefined;
  }

  function runUnlessBusy(): void {
    patientSinceMs ??= clock.nowMs();
    if (queued.isBusy(nowSec(clock)) && Math.abs(clock.nowMs() - patientSinceMs) < patienceMs)
      cancel = clock.after(lookAgainMs, runUnlessBusy);
    else runNow();
  }

  function runNow(): void {
    cancelTimer();
    patientSinceMs = undefined;
    hasFailed = false;
    if (running) {
      cancel = clock.after(everyMs, runNow); // It may have started before the last records.
      return;
    }
    run(false).catch(error => {
      hasFailed = true;
      log.alert(`unable to make a checkpoint, the journal is kept: ${error instanceof Error ? error.message : error}`);
      cancel ??= clock.after(everyMs, runNow);
    });
  }

  function due(record: JournalRecord): void {
    if ('id' in record) checkpoint.touched(record.id);
    if (journal.sizeBytes > fullBytes && !running && !hasFailed) runNow();
    cancel ??= clock.after(everyMs, runUnlessBusy);
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
    wrote: checkpoint.wrote,
    syncWritten: checkpoint.syncWritten,
    async stop() {
      cancelTimer();
      await running?.catch(() => undefined);
      cancelTimer();
      await run(true);
      cancelTimer();
    },
  };
}
