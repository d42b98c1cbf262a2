// Finds new messages and has them preprocessed: told by accept, woken by the trigger, or at the latest by a slow scan.
import { readdirSync } from 'node:fs';
import type { Clock } from '../lib/clock.ts';
import type { Dispose } from '../lib/dispose.ts';
import { messageId } from './layout.ts';
import { type PreprocessDeps, type Preprocessed, preprocess } from './preprocess.ts';
import { listenToTrigger } from './trigger.ts';

/** What arrivals needs. */
export interface ArrivalsDeps extends PreprocessDeps {
  readonly clock: Clock;
  readonly ready: (message: Preprocessed) => void;
}

/** The running search for new messages. */
export interface Arrivals {
  /** Message N was just accepted by this process. */
  announce(id: number): void;
  /** Looks through todo for messages of other processes. */
  scan(): void;
  /** Begins nothing new; resolves when nothing is being preprocessed. */
  stop(): Promise<void>;
}

/** Messages in preprocessing at the same time: their fsyncs overlap. */
const width = 32;
/** qmail-send's SLEEP_TODO: how long a message can lie unnoticed when every trigger failed. */
const scanEveryMs = 1_500_000;

export function createArrivals(deps: ArrivalsDeps): Arrivals {
  const { layout, clock, log } = deps;
  const queue: number[] = [];
  const known = new Set<number>();
  let busy = 0;
  let stopping = false;
  let idle: () => void = () => undefined;
  let cancelScan: Dispose = () => undefined;

  function announce(id: number): void {
    if (known.has(id)) return;
    known.add(id);
    queue.push(id);
    pump();
  }

  function pump(): void {
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
      deps.ready(await preprocess(deps, id));
    } catch (error) {
      log.warning(`trouble preprocessing ${layout.todo(id)}: ${error instanceof Error ? error.message : error}`);
    }
    known.delete(id);
    busy--;
    pump();
  }

  function scan(): void {
    cancelScan();
    cancelScan = clock.after(scanEveryMs, scan);
    try {
      for (const name of readdirSync(layout.todoDir)) {
        const id = messageId(name);
        if (id !== undefined) announce(id);
      }
    } catch (error) {
      log.alert(`unable to opendir ${layout.todoDir}, will try again later: ${error}`);
    }
  }

  const stopListening = listenToTrigger(layout.trigger, scan);
  return {
    announce,
    scan,
    stop() {
      stopping = true;
      stopListening();
      cancelScan();
      return new Promise(resolve => {
        idle = resolve;
        pump();
      });
    },
  };
}
