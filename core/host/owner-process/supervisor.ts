// Keeps the owner's process running: starts it again after pauses that grow, pings it, and ends it when it does not answer.
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogLine } from '../../lib/log.ts';
import { type Peer, PeerRefused } from '../../lib/process/peer.ts';
import type { HelperProcess } from '../../lib/process/start-process.ts';
import { reasonOf } from '../../lib/user-error.ts';

export interface SupervisorTimes {
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
  /** After a process that has run for so long, pauses start with the first again. */
  readonly steadyMs: number;
  /** How often it is pinged, and how long its answer may take. */
  readonly pingMs: number;
  readonly deafMs: number;
}

/** A process that is being opened. */
export interface OpeningProcess {
  readonly peer: Peer;
  /** Resolves when it can be asked. */
  readonly open: Promise<unknown>;
}

export interface SupervisorDeps {
  readonly start: () => Promise<HelperProcess>;
  /** Talks to a process that was started. */
  readonly connect: (process: HelperProcess) => OpeningProcess;
  readonly log: LogLine;
  /** `away` has changed. */
  readonly changed: () => void;
  readonly times?: Partial<SupervisorTimes> | undefined;
}

export interface Supervisor {
  /** How the last process ended, until the next one is open. */
  away(): string | undefined;
  /** The process, as soon as it can be asked; undefined: it is not available. */
  ready(): Promise<Peer | undefined>;
  /** Tells an open process. A process that is opening was told how things are when that started. */
  tell(name: string, words: unknown): void;
  /** Asks the process to close, ends it, and starts no other. */
  close(): Promise<void>;
}

const usualTimes: SupervisorTimes = {
  firstPauseMs: 1000,
  longestPauseMs: 60_000,
  steadyMs: 60_000,
  pingMs: 10_000,
  deafMs: 60_000,
};
const closeMs = 10_000;

interface Running extends OpeningProcess {
  readonly process: HelperProcess;
}

/** Starts the process. */
export function superviseProcess(deps: SupervisorDeps): Supervisor {
  const times = { ...usualTimes, ...deps.times };
  const { log } = deps;
  let current: Promise<Running> | undefined;
  let running: Running | undefined;
  let ended: Promise<void> = Promise.resolve();
  let away: string | undefined;
  let pauseMs = 0;
  let again: NodeJS.Timeout | undefined;
  let closed = false;

  function launch(): void {
    again = undefined;
    const startedMs = performance.now();
    current = start();
    ended = current.then(
      async ({ process }) => over(await process.ended, startedMs),
      error => over(`it cannot be started: ${reasonOf(error)}`, startedMs),
    );
  }

  async function start(): Promise<Running> {
    const process = await deps.start();
    const { peer, open } = deps.connect(process);
    open.then(opened, error => {
      if (!(error instanceof PeerRefused)) return;
      log(`alert: the process that reads mail cannot open it: ${error.message}`);
      process.kill();
    });
    running = { process, peer, open };
    if (closed) process.kill();
    const pings = setInterval(() => ping(peer, process), times.pingMs);
    pings.unref();
    void process.ended.then(() => clearInterval(pings));
    return running;
  }

  function opened(): void {
    if (away === undefined) return;
    away = undefined;
    log('status: the process that reads mail is available again');
    deps.changed();
  }

  function ping(peer: Peer, process: HelperProcess): void {
    const late = setTimeout(() => {
      log('alert: the process that reads mail does not answer, so it is ended');
      process.kill();
    }, times.deafMs);
    late.unref();
    const answered = () => clearTimeout(late);
    peer.ask('look', null).then(answered, answered);
  }

  function over(how: string, startedMs: number): void {
    running = undefined;
    current = undefined;
    if (closed) return;
    const steady = performance.now() - startedMs > times.steadyMs;
    pauseMs = steady || pauseMs === 0 ? times.firstPauseMs : Math.min(2 * pauseMs, times.longestPauseMs);
    away = how;
    log(
      `alert: the process that reads mail is not available: ${how}; it is restarted in ${Math.round(pauseMs / 1000)} seconds`,
    );
    again = setTimeout(launch, pauseMs);
    deps.changed();
  }

  launch();

  return {
    away: () => away,
    async ready() {
      try {
        const found = await current;
        await found?.open;
        return found?.peer;
      } catch {
        return undefined;
      }
    },
    tell(name, words) {
      const it = running;
      void it?.open.then(
        () => it.peer.tell(name, words),
        () => {},
      );
    },
    async close() {
      closed = true;
      clearTimeout(again);
      const closing = running?.peer.ask('close', null);
      if (closing) await Promise.race([closing, sleep(closeMs, undefined, { ref: false })]).catch(() => {});
      running?.process.kill();
      await ended;
    },
  };
}
