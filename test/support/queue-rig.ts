// A queue in a temporary home with deliveries that a test controls, for tests of the queue alone.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Control, readControl } from '../../core/control/control.ts';
import { type Clock, systemClock } from '../../core/lib/clock.ts';
import { done, type Outcome } from '../../core/paper-path/outcome.ts';
import type { DeliveryJob, Envelope, GroupOf } from '../../core/paper-path/shapes.ts';
import { openQueue, type Queue, type QueueDeps } from '../../core/queue/queue.ts';

/** Writes the control files of a small host: me is `here.example`, everything else is remote. */
export function writeControl(home: string, files: Readonly<Record<string, string>> = {}): Control {
  mkdirSync(join(home, 'control'), { recursive: true });
  for (const [name, text] of Object.entries({ me: 'here.example\n', ...files })) {
    writeFileSync(join(home, 'control', name), text);
  }
  return readControl(home);
}

export interface QueueRig {
  readonly queue: Queue;
  readonly lines: string[];
  readonly jobs: DeliveryJob[];
  send(envelope: Envelope, text?: string): Promise<number>;
  /** Resolves when a log line matches; rejects (with the log) after five seconds. */
  logged(pattern: RegExp): Promise<string>;
}

/** Opens and starts a queue in `home`; `outcome` decides each attempt. It is stopped with the test at the latest. */
export async function startQueue(
  t: TestContext,
  home: string,
  outcome: (job: DeliveryJob) => Outcome | Promise<Outcome> = () => done('ok\n'),
  options: {
    clock?: Clock;
    control?: Readonly<Record<string, string>>;
    syncFileSystem?: QueueDeps['syncFileSystem'];
    groupOf?: GroupOf;
    /** `outcome` calls `begin` itself. */
    begins?: false;
  } = {},
): Promise<QueueRig> {
  const control = writeControl(home, options.control);
  const lines: string[] = [];
  const jobs: DeliveryJob[] = [];
  const watchers = new Set<() => void>();
  const deliver = async (job: DeliveryJob) => {
    jobs.push(job);
    if (options.begins !== false) job.begin?.({ lanes: [], programs: [] });
    return outcome(job);
  };
  const queue = await openQueue({
    home,
    control: () => control,
    clock: options.clock ?? systemClock,
    syncFileSystem: options.syncFileSystem,
    log: line => {
      lines.push(line);
      for (const watcher of watchers) watcher();
    },
    deliver: () => ({ local: deliver, remote: deliver }),
    groupOf: options.groupOf,
    changed: () => undefined,
  });
  t.after(() => queue.stop());
  queue.start();
  return {
    queue,
    lines,
    jobs,
    async send(envelope, text = 'Subject: hello\n\nHi.\n') {
      const accepted = await queue.accept([Buffer.from(text)], envelope, 'network');
      if (!accepted.ok) throw new Error(accepted.text);
      return accepted.id;
    },
    logged(pattern) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`no ${pattern} in the log:\n${lines.join('\n')}`)), 60_000);
        const look = () => {
          const line = lines.find(text => pattern.test(text));
          if (line === undefined) return;
          clearTimeout(timer);
          watchers.delete(look);
          resolve(line);
        };
        watchers.add(look);
        look();
      });
    },
  };
}

/** The files that a queue has for messages, as `kind/N`: all but locks, the trigger and the journal. */
export function queueFiles(home: string): string[] {
  const root = join(home, 'queue');
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && !/\/(lock|journal)$/.test(entry.parentPath))
    .map(entry => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}
