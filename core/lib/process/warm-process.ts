// A process of ours that takes strangers' bytes apart, kept warm: one job after the other, each with a deadline. A job over
// which it ends is given up, alone; the others are asked of the next process.
import { readFileSync } from 'node:fs';
import { reasonOf } from '../user-error.ts';
import type { Frame } from './frames.ts';
import { ParseFailure } from './parse-failure.ts';
import { createPeer, type Peer, PeerRefused } from './peer.ts';
import { endSoon, type OwnProcess, type StartProcess } from './start-process.ts';

/** What is to be done. */
interface Job {
  readonly name: string;
  readonly words: unknown;
  readonly bytes: Uint8Array;
  /** Of the processor's time, where the system tells that: a busy machine makes no message guilty. */
  readonly deadlineMs: number;
}

export interface WarmProcess {
  /** Has it started before there is a job: the first one does not wait for that. */
  warm(): void;
  /** @throws ParseFailure */
  ask(job: Job): Promise<Frame>;
  /** Ends the process; what is not answered yet is given up. */
  close(): Promise<void>;
}

export interface WarmProcessDeps {
  readonly start: StartProcess;
  /** Without work it is ended after this time; the next job starts another. */
  readonly idleMs: number;
}

interface Waiting extends Job, Omit<PromiseWithResolvers<Frame>, 'promise'> {
  sent: boolean;
}

interface Running {
  readonly process: OwnProcess;
  readonly peer: Peer;
  readonly pid: number | undefined;
  /** Why this program ended it. */
  cause?: string;
}

/** What such a process tells first: its process id, and that jobs may come. */
export const readyWord = 'ready';

// The next job is there when one is done: the process never waits for its questions.
const ahead = 2;
const startMs = 60_000;
// The processor may be very busy, but a process that only waits is not waited for either.
const longestStretch = 10;
const shortestPauseMs = 250;
const longestPauseMs = 30_000;

/** Nothing is started before there is a job, or `warm` was called. */
export function createWarmProcess({ start, idleMs }: WarmProcessDeps): WarmProcess {
  const jobs: Waiting[] = [];
  let running: Running | undefined;
  let starting = false;
  let closed = false;
  /** Processes that ended over their work since the last answer. */
  let failures = 0;
  let lastFailureMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  function pump(): void {
    if (closed || jobs.length === 0) return;
    if (!running) {
      void launch();
      return;
    }
    for (const job of jobs.slice(0, ahead)) {
      if (!job.sent) send(running, job);
    }
  }

  function send(to: Running, job: Waiting): void {
    job.sent = true;
    if (job === jobs[0]) watch(to, job);
    to.peer.ask(job.name, job.words, job.bytes).then(
      frame => {
        failures = 0;
        done(job);
        job.resolve(frame);
      },
      error => {
        // One that ended is looked after in `over`.
        if (!(error instanceof PeerRefused)) return;
        if (memory.test(error.message)) {
          // What is left of it is not worth keeping.
          to.cause = 'it needed too much memory';
          to.process.kill();
          return;
        }
        done(job);
        job.reject(new ParseFailure('message', error.message));
      },
    );
  }

  function done(job: Waiting): void {
    jobs.splice(jobs.indexOf(job), 1);
    clearTimeout(timer);
    const [next] = jobs;
    if (next?.sent && running) watch(running, next);
    if (!next) sleepLater();
    pump();
  }

  /** The deadline of the job that is being worked on. */
  function watch(it: Running, { deadlineMs }: Job): void {
    clearTimeout(timer);
    const begin = performance.now();
    const beginCpuMs = cpuMs(it.pid);
    const look = (): void => {
      const usedMs = (cpuMs(it.pid) ?? 0) - (beginCpuMs ?? 0);
      const isTooMuch = performance.now() - begin > longestStretch * deadlineMs;
      if (beginCpuMs !== undefined && usedMs < deadlineMs && !isTooMuch) {
        timer = setTimeout(look, Math.max(deadlineMs - usedMs, 50));
        return;
      }
      it.cause = `it took longer than ${Math.round(deadlineMs / 1000)} seconds`;
      it.process.kill();
    };
    timer = setTimeout(look, deadlineMs);
  }

  function sleepLater(): void {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running?.process.kill();
      running = undefined;
    }, idleMs);
    timer.unref();
  }

  async function launch(): Promise<void> {
    if (starting) return;
    starting = true;
    const pauseMs = failures < 2 ? 0 : Math.min(shortestPauseMs * 2 ** (failures - 2), longestPauseMs);
    const waitMs = lastFailureMs + pauseMs - performance.now();
    if (waitMs > 0 && !closed) await new Promise(resolve => setTimeout(resolve, waitMs));
    try {
      const launchedNow = await launched();
      if (closed) launchedNow.process.kill();
      else running = launchedNow;
    } catch (error) {
      failed();
      giveUp(jobs.splice(0), new ParseFailure('away', `the program for that cannot be started: ${reasonOf(error)}`));
    }
    starting = false;
    if (jobs.length === 0) sleepLater();
    pump();
  }

  /** Resolves when it can be asked. */
  async function launched(): Promise<Running> {
    const started = await start('parser');
    const ready = Promise.withResolvers<unknown>();
    const told = async (name: string, { words }: Frame): Promise<undefined> => {
      if (name === readyWord) ready.resolve(words);
    };
    // What makes no sense is the end of it too.
    const peer = createPeer(started.stream, told, { gone: () => endSoon(started) });
    const tooLate = setTimeout(started.kill, startMs);
    void started.ended.then(how => ready.reject(new Error(how)));
    const pid = await ready.promise.finally(() => clearTimeout(tooLate));
    const it: Running = { process: started, peer, pid: typeof pid === 'number' ? pid : undefined };
    ended = started.ended.then(how => over(it, how));
    return it;
  }

  function failed(): void {
    failures++;
    lastFailureMs = performance.now();
  }

  function over(it: Running, how: string): void {
    if (running !== it) return;
    running = undefined;
    clearTimeout(timer);
    const [guilty] = jobs;
    for (const job of jobs) job.sent = job === guilty && job.sent;
    if (guilty?.sent) {
      failed();
      jobs.shift();
      guilty.reject(new ParseFailure('message', it.cause ?? clauseOf(how)));
    }
    pump();
  }

  function giveUp(given: readonly Waiting[], error: ParseFailure): void {
    for (const job of given) job.reject(error);
  }

  return {
    warm() {
      if (!running && !closed) void launch();
    },
    ask(job) {
      const { promise, resolve, reject } = Promise.withResolvers<Frame>();
      if (closed) reject(new ParseFailure('away', 'this program is about to end'));
      else {
        if (jobs.length === 0) clearTimeout(timer);
        jobs.push({ ...job, resolve, reject, sent: false });
        pump();
      }
      return promise;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      giveUp(jobs.splice(0), new ParseFailure('away', 'this program is about to end'));
      running?.process.kill();
      await ended;
    },
  };
}

/** An aborted process met its limit of memory, as a rule: that is how V8 ends one. */
const memory = /memory|allocation failed|SIGABRT|SIGTRAP/i;

function clauseOf(how: string): string {
  return memory.test(how) ? 'it needed too much memory' : `the program that takes messages apart gave up: ${how}`;
}

const tickMs = 10;

/** How long a process has had the processor; undefined where the system does not tell. */
function cpuMs(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * tickMs;
  } catch {
    return undefined;
  }
}
