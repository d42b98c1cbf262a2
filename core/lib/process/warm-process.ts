// A process of ours that parses strangers' bytes, kept warm: one job after the other, each with a deadline. When the process
// ends during a job, that job alone fails; the others are sent to the next process.
import { reasonOf } from '../user-error.ts';
import { createCpuDeadline } from './cpu-deadline.ts';
import type { Frame } from './frames.ts';
import { ParseFailure } from './parse-failure.ts';
import { PeerRefused } from './peer.ts';
import { type ReadyProcess, startReady } from './ready-process.ts';
import type { StartProcess } from './start-process.ts';

/** The job. */
interface Job {
  readonly name: string;
  readonly words: unknown;
  readonly bytes: Uint8Array;
  /** In processor time, where the system tells that. */
  readonly deadlineMs: number;
}

export interface WarmProcess {
  /** Starts the process before there is a job, so that the first one does not wait for that. */
  warm(): void;
  /** @throws ParseFailure */
  ask(job: Job): Promise<Frame>;
  /** Ends the process; jobs without an answer fail. */
  close(): Promise<void>;
}

export interface WarmProcessDeps {
  readonly start: StartProcess;
  /** After this time without a job the process is ended; the next job starts another. */
  readonly idleMs: number;
}

interface Waiting extends Job, Omit<PromiseWithResolvers<Frame>, 'promise'> {
  sent: boolean;
}

interface Running extends ReadyProcess {
  /** Why this program ended it. */
  cause?: string;
}

/** The next job is sent before the last one is done, so that the process never waits for its questions. */
const sentAhead = 2;

/** Nothing is started before there is a job, or `warm` was called. */
export function createWarmProcess({ start, idleMs }: WarmProcessDeps): WarmProcess {
  const jobs: Waiting[] = [];
  const deadline = createCpuDeadline();
  const pause = createRestartPause();
  let running: Running | undefined;
  let starting = false;
  let closed = false;
  let idleTimer: NodeJS.Timeout | undefined;
  let ended: Promise<unknown> = Promise.resolve();

  function sendNext(): void {
    if (closed || jobs.length === 0) return;
    if (!running) {
      void launch();
      return;
    }
    for (const job of jobs.slice(0, sentAhead)) {
      if (!job.sent) send(running, job);
    }
  }

  function send(to: Running, job: Waiting): void {
    job.sent = true;
    if (job === jobs[0]) watch(to, job);
    to.peer.ask(job.name, job.words, job.bytes).then(
      frame => {
        pause.reset();
        done(job);
        job.resolve(frame);
      },
      error => {
        // The end of the process is handled in `processEnded`.
        if (!(error instanceof PeerRefused)) return;
        if (memory.test(error.message)) {
          // What is left of the process is not worth keeping.
          kill(to, 'it needed too much memory');
          return;
        }
        done(job);
        job.reject(new ParseFailure('message', error.message));
      },
    );
  }

  function kill(it: Running, cause: string): void {
    it.cause = cause;
    it.process.kill();
  }

  function done(job: Waiting): void {
    jobs.splice(jobs.indexOf(job), 1);
    deadline.cancel();
    const [next] = jobs;
    if (next?.sent && running) watch(running, next);
    if (!next) endWhenIdle();
    sendNext();
  }

  function watch(it: Running, { deadlineMs }: Job): void {
    const cause = `it took longer than ${Math.round(deadlineMs / 1000)} seconds`;
    deadline.start(it.pid, deadlineMs, () => kill(it, cause));
  }

  function endWhenIdle(): void {
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => {
      running?.process.kill();
      running = undefined;
    }, idleMs);
    idleTimer.unref();
  }

  async function launch(): Promise<void> {
    if (starting) return;
    starting = true;
    const waitMs = pause.leftMs();
    if (waitMs > 0 && !closed) await new Promise(resolve => setTimeout(resolve, waitMs));
    try {
      const launched: Running = await startReady(start, 'parser');
      ended = launched.process.ended.then(how => processEnded(launched, how));
      if (closed) launched.process.kill();
      else running = launched;
    } catch (error) {
      pause.failed();
      giveUpAll(`the program for that cannot be started: ${reasonOf(error)}`);
    }
    starting = false;
    if (jobs.length === 0) endWhenIdle();
    sendNext();
  }

  function processEnded(it: Running, how: string): void {
    if (running !== it) return;
    running = undefined;
    deadline.cancel();
    clearTimeout(idleTimer);
    const [guilty] = jobs;
    for (const job of jobs) job.sent = job === guilty && job.sent;
    if (guilty?.sent) {
      pause.failed();
      jobs.shift();
      guilty.reject(new ParseFailure('message', it.cause ?? clauseOf(how)));
    }
    sendNext();
  }

  function giveUpAll(clause: string): void {
    for (const job of jobs.splice(0)) job.reject(new ParseFailure('away', clause));
  }

  return {
    warm() {
      if (!running && !closed) void launch();
    },
    ask(job) {
      const { promise, resolve, reject } = Promise.withResolvers<Frame>();
      if (closed) reject(new ParseFailure('away', 'this program is about to end'));
      else {
        clearTimeout(idleTimer);
        jobs.push({ ...job, resolve, reject, sent: false });
        sendNext();
      }
      return promise;
    },
    async close() {
      closed = true;
      deadline.cancel();
      clearTimeout(idleTimer);
      giveUpAll('this program is about to end');
      running?.process.kill();
      await ended;
    },
  };
}

const shortestPauseMs = 250;
const longestPauseMs = 30_000;

/** The pause before the next start: it grows with the processes that have ended over their work since the last answer. */
function createRestartPause() {
  let failures = 0;
  let lastFailureMs = 0;
  return {
    failed(): void {
      failures++;
      lastFailureMs = performance.now();
    },
    reset(): void {
      failures = 0;
    },
    leftMs(): number {
      const pauseMs = failures < 2 ? 0 : Math.min(shortestPauseMs * 2 ** (failures - 2), longestPauseMs);
      return lastFailureMs + pauseMs - performance.now();
    },
  };
}

/** A process that aborted has usually met its limit of memory: that is how V8 ends. */
const memory = /memory|allocation failed|SIGABRT|SIGTRAP/i;

function clauseOf(how: string): string {
  return memory.test(how) ? 'it needed too much memory' : `the program that parses messages gave up: ${how}`;
}
