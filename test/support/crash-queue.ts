// Queues that crash: one runs, its home is copied as a crash would have left it, and another one opens the copy.
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { done, type Outcome } from '../../core/paper-path/outcome.ts';
import type { DeliveryJob, Envelope } from '../../core/paper-path/shapes.ts';
import { type QueueLayout, queueLayout } from '../../core/queue/files/layout.ts';
import { openQueue, type Queue } from '../../core/queue/queue.ts';
import { writeControl } from './queue-rig.ts';
import { type SteppedClock, steppedClock } from './stepped-clock.ts';
import { tempDir } from './temp-dir.ts';
import { until } from './until.ts';

/** What was handed to a delivery: `<channel> <recipient> <subject>`, and the bytes. */
export interface Delivered {
  readonly what: string;
  readonly text: string;
}

export interface CrashQueue {
  readonly home: string;
  readonly layout: QueueLayout;
  readonly queue: Queue;
  readonly clock: SteppedClock;
  readonly lines: string[];
  readonly delivered: Delivered[];
  /** A delivery wrote below this directory, and leaves the sync to the queue. */
  readonly wrote: (directory: string) => void;
  send(envelope: Envelope, subject: string, body?: string): Promise<number>;
  /** What was delivered, in order of the alphabet. */
  sorted(): string[];
  /** Resolves when nothing is due any more and nothing runs, or what runs waits for a disk that refuses. */
  idle(): Promise<void>;
}

export interface CrashOptions {
  /** Which run of the machine this is; default: the first. */
  readonly bootId?: string;
  readonly outcome?: (job: DeliveryJob) => Outcome | Promise<Outcome>;
  readonly syncFileSystem?: ((path: string) => Promise<void>) | 'missing';
  readonly clock?: SteppedClock;
  readonly control?: Readonly<Record<string, string>>;
}

/** Opens and starts a queue whose clock does not move: no checkpoint is made unless the test moves it. */
export async function crashQueue(t: TestContext, home: string, options: CrashOptions = {}): Promise<CrashQueue> {
  const control = writeControl(home, options.control);
  const lines: string[] = [];
  const delivered: Delivered[] = [];
  const clock = options.clock ?? steppedClock(Date.now());
  const deliver = (channel: string) => async (job: DeliveryJob) => {
    const outcome = await (options.outcome ?? (() => done('ok\n')))(job);
    const text = job.raw ? Buffer.from(job.raw).toString('latin1') : readFileSync(job.path, 'latin1');
    const subject = /^Subject: (.*)$/m.exec(text)?.[1] ?? '-';
    if (outcome.kind === 'done') delivered.push({ what: `${channel} ${job.recipient} ${subject}`, text });
    return outcome;
  };
  let wrote: (directory: string) => void = () => undefined;
  const queue = await openQueue({
    home,
    control: () => control,
    clock,
    log: line => lines.push(line),
    deliver: ({ deferSync }) => {
      wrote = deferSync ?? wrote;
      return { local: deliver('local'), remote: deliver('remote') };
    },
    changed: () => undefined,
    bootId: options.bootId ?? 'first',
    syncFileSystem: options.syncFileSystem ?? (async () => undefined),
  });
  t.after(() => queue.stop());
  queue.start();
  return {
    home,
    layout: queueLayout(home),
    queue,
    clock,
    lines,
    delivered,
    wrote: directory => wrote(directory),
    async send(envelope, subject, body = 'Hi.\n') {
      const accepted = await queue.accept([Buffer.from(`Subject: ${subject}\n\n${body}`)], envelope, 'network');
      if (!accepted.ok) throw new Error(accepted.text);
      return accepted.id;
    },
    sorted: () => delivered.map(({ what }) => what).sort(),
    async idle() {
      let looks = 0;
      await until('the queue to be idle', () => {
        looks = isIdle(queue, clock, stuck(lines)) ? looks + 1 : 0;
        return looks === 5; // Between two turns of the scheduler nothing runs either.
      });
    },
  };
}

function isIdle(queue: Queue, clock: SteppedClock, stuck: number): boolean {
  const { running, nextTryMs } = queue.summary({ delivered: 0, deferred: 0, failed: 0 });
  return running.local + running.remote === stuck && (nextTryMs === null || nextTryMs > clock.nowMs());
}

/** Attempts whose end the disk refuses to record: while the clock does not move, each says so once. */
function stuck(lines: readonly string[]): number {
  return lines.filter(line => line.endsWith('HELP! sleeping...')).length;
}

/** A copy of a home as it is now: what a killed process leaves. */
export function copyHome(t: TestContext, home: string): string {
  const copy = tempDir(t);
  cpSync(home, copy, { recursive: true, preserveTimestamps: true, filter: path => !path.endsWith('lock/trigger') });
  return copy;
}

/** A home of which only the journal is left: what a power failure leaves when it takes all that was not synced. */
export function copyJournal(t: TestContext, home: string): string {
  const copy = tempDir(t);
  mkdirSync(join(copy, 'queue'), { recursive: true });
  cpSync(join(home, 'queue', 'journal'), join(copy, 'queue', 'journal'), { recursive: true });
  return copy;
}

/** Cuts every file of these kinds to nothing: the names reached the disk, the bytes did not. */
export function tearFiles(home: string, kinds: readonly string[]): void {
  for (const kind of kinds) {
    for (const path of filesBelow(join(home, 'queue', kind))) {
      const { atimeMs, mtimeMs } = statSync(path);
      truncateSync(path);
      utimesSync(path, atimeMs / 1000, mtimeMs / 1000);
    }
  }
}

export function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name));
}

/** The journal's bytes, whatever the number of its segments. */
export function readJournal(home: string): Buffer {
  const directory = join(home, 'queue', 'journal');
  const names = readdirSync(directory).sort((a, b) => Number(a) - Number(b));
  return Buffer.concat(names.map(name => readFileSync(join(directory, name))));
}

/** Replaces the journal by one segment. */
export function writeJournal(home: string, raw: Buffer): void {
  const directory = join(home, 'queue', 'journal');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, '1'), raw);
}
