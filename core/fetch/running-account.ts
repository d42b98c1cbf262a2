// One account while the host runs: when it is fetched, and what is known of it.
import type { AccountStatus } from '../api/fetch.ts';
import { serverOf } from '../control/fetch/account.ts';
import type { AccountOfHome } from '../control/fetch/read-accounts.ts';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';
import type { Dispose } from '../lib/dispose.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf } from '../lib/user-error.ts';
import { displayAddress } from '../message/address.ts';
import type { FetchFailure } from './failure.ts';
import { accountDirectory, statusPath } from './layout.ts';
import { type Run, type RunDeps, type RunEnd, startRun } from './run.ts';
import { pauseAfterFailure, pauseAfterSuccess } from './schedule.ts';
import { openStatusFile } from './state/saved-status.ts';

export interface AccountDeps extends RunDeps {
  readonly log: LogLine;
  /** Something that people see has changed; often. */
  readonly changed: (name: string) => void;
  /** What the owner must know of may have changed. */
  readonly problemsChanged: () => void;
  /** Resolves when there is room for one more run; the returned function makes room again. */
  readonly enter: () => Promise<Dispose>;
}

export interface RunningAccount {
  readonly file: AccountOfHome;
  /** Its file has changed. */
  use(file: AccountOfHome): void;
  /** @returns false: it is being fetched, or its file has a problem */
  fetchNow(): boolean;
  /** Resolves when the run that lasts has ended. @returns why it failed, if it did */
  ended(): Promise<FetchFailure | undefined>;
  stop(): boolean;
  status(): AccountStatus;
  close(): Promise<void>;
}

/** After the start of the host, so that not everything happens at once. */
const firstPauseMs = 5000;

export function createRunningAccount(first: AccountOfHome, deps: AccountDeps): RunningAccount {
  const { clock } = deps;
  const { name } = first.account;
  const log: LogLine = line => deps.log(`status: fetch ${name}: ${line}`);
  const directory = accountDirectory(deps.home, name);
  const saved = openStatusFile(statusPath(directory), log);
  let file = first;
  let run: Run | 'waiting' | undefined;
  let finished: Promise<FetchFailure | undefined> = Promise.resolve(undefined);
  let cancel: Dispose = () => {};
  let nextMs: number | undefined;
  let closed = false;

  const isUsable = () => file.problems.length === 0;

  function plan(pauseMs: number | undefined): void {
    cancel();
    cancel = () => {};
    nextMs = pauseMs === undefined || closed || !isUsable() ? undefined : clock.nowMs() + pauseMs;
    if (nextMs !== undefined) cancel = clock.after(pauseMs ?? 0, () => void start());
    deps.changed(name);
  }

  function start(): boolean {
    if (run || closed || !isUsable()) return false;
    cancel();
    nextMs = undefined;
    run = 'waiting';
    finished = fetchOnce();
    deps.changed(name);
    return true;
  }

  async function fetchOnce(): Promise<FetchFailure | undefined> {
    const leave = await deps.enter();
    try {
      if (closed) return undefined;
      ensurePrivateDirectory(directory);
      const begun = startRun(file.account, deps, () => deps.changed(name));
      run = begun;
      return ended(await begun.ended);
    } catch (error) {
      log(`alert: ${reasonOf(error)}`);
      plan(pauseAfterFailure('wrong', 1));
      return undefined;
    } finally {
      run = undefined;
      leave();
      deps.changed(name);
    }
  }

  function ended({ progress, remarks, failure }: RunEnd): FetchFailure | undefined {
    const { fetched, bytes, left, deleted } = progress;
    const atMs = clock.nowMs();
    run = undefined;
    if (fetched + left + deleted > 0) log(`${fetched} messages, ${bytes} bytes, ${left} left, ${deleted} deleted`);
    if (!failure) {
      if (saved.status.error) log('it works again');
      const lastSuccess = { atMs, fetched, bytes, left };
      saved.change({ lastSuccess, error: null, remarks: [...remarks], failures: 0, lastRunMs: atMs });
      deps.problemsChanged();
      plan(pauseAfterSuccess(file.account.everyMinutes));
      return undefined;
    }
    const { kind, message: text } = failure;
    const before = saved.status.error;
    // The same again is one event.
    if (before?.text !== text) log(`${kind === 'unable' ? 'warning' : 'alert'}: ${text}`);
    const failures = saved.status.failures + 1;
    const error = { kind, text, sinceMs: before?.kind === kind ? before.sinceMs : atMs };
    saved.change({ error, remarks: [...remarks], failures, lastRunMs: atMs });
    deps.problemsChanged();
    plan(file.account.everyMinutes === 0 ? undefined : pauseAfterFailure(kind, failures));
    return failure;
  }

  return {
    get file() {
      return file;
    },
    use(next) {
      file = next;
      if (saved.status.failures > 0) saved.change({ failures: 0 });
      if (!run) plan(file.account.everyMinutes === 0 ? undefined : firstPauseMs);
      deps.changed(name);
    },
    fetchNow: start,
    ended: () => finished,
    stop() {
      if (!run || run === 'waiting') return false;
      run.stop();
      return true;
    },
    status() {
      const { account, problems } = file;
      const { lastSuccess, error, remarks } = saved.status;
      return {
        name,
        protocol: account.protocol,
        host: account.server ? serverOf(account).host : '',
        user: account.user,
        to: account.multidrop ?? displayAddress(account.to ?? ''),
        state: run ? 'fetching' : isUsable() ? 'resting' : 'unusable',
        progress: run && run !== 'waiting' ? run.progress() : null,
        nextMs: nextMs ?? null,
        ...{ lastSuccess, error, remarks },
        problems: problems.map(({ line, text }) => ({ line: line ?? null, text })),
      };
    },
    async close() {
      closed = true;
      plan(undefined);
      if (run && run !== 'waiting') run.stop();
      await finished;
      await saved.saved();
    },
  };
}
