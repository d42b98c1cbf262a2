// One account while the host runs: when it is fetched, and what is known of it.
import type { AccountStatus } from '../api/fetch.ts';
import { serverOf } from '../control/fetch/account.ts';
import type { AccountOfHome } from '../control/fetch/read-accounts.ts';
import { shownProblems } from '../control/word-file/word-file.ts';
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
  /** Resolves when the run that lasts, or its round, has ended. @returns why it failed, if it did */
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
  let finished: Promise<void> = Promise.resolve();
  /** Resolves when all of the mailbox was looked at, or that failed. */
  let round = Promise.withResolvers<FetchFailure | undefined>();
  round.resolve(undefined);
  let cancel: Dispose = () => {};
  let nextMs: number | undefined;
  /** Its file has changed while it was fetched. */
  let isChanged = false;
  let closed = false;

  const isUsable = () => file.problems.length === 0;

  function stateNow(): AccountStatus['state'] {
    if (run) return run === 'waiting' || run.progress() ? 'fetching' : 'listening';
    return isUsable() ? 'resting' : 'unusable';
  }

  function plan(pauseMs: number | undefined): void {
    cancel();
    cancel = () => {};
    nextMs = pauseMs === undefined || closed || !isUsable() ? undefined : clock.nowMs() + pauseMs;
    if (nextMs !== undefined) cancel = clock.after(pauseMs ?? 0, () => void start());
    deps.changed(name);
  }

  function start(): boolean {
    if (closed || !isUsable()) return false;
    if (run) return run !== 'waiting' && wake(run);
    cancel();
    nextMs = undefined;
    run = 'waiting';
    round = Promise.withResolvers();
    finished = fetchOnce();
    deps.changed(name);
    return true;
  }

  function wake(listening: Run): boolean {
    if (!listening.wake()) return false;
    round = Promise.withResolvers();
    deps.changed(name);
    return true;
  }

  async function fetchOnce(): Promise<void> {
    // One that listens would keep the others out.
    const leave = file.account.idle ? () => {} : await deps.enter();
    try {
      if (closed) return;
      ensurePrivateDirectory(directory);
      const begun = startRun(file.account, deps, {
        changed: () => deps.changed(name),
        roundEnded: end => succeeded(end),
      });
      run = begun;
      ended(await begun.ended);
    } catch (error) {
      log(`alert: ${reasonOf(error)}`);
      plan(pauseAfterFailure('wrong', 1));
    } finally {
      run = undefined;
      round.resolve(undefined);
      leave();
      deps.changed(name);
    }
  }

  function succeeded({ progress, remarks }: RunEnd): void {
    const { fetched, bytes, left } = progress;
    const atMs = clock.nowMs();
    tellCounts(progress);
    if (saved.state.error) log('it works again');
    const lastSuccess = { atMs, fetched, bytes, left };
    saved.change({ lastSuccess, error: null, remarks: [...remarks], failures: 0, lastRunMs: atMs });
    deps.problemsChanged();
    round.resolve(undefined);
  }

  function ended(end: RunEnd): void {
    run = undefined;
    const { failure, isStopped } = end;
    if (isStopped) {
      tellCounts(end.progress);
      plan(isChanged ? firstPauseMs : pauseAfterSuccess(file.account.everyMinutes));
      isChanged = false;
    } else if (failure) failed(failure, end);
    else {
      succeeded(end);
      plan(pauseAfterSuccess(file.account.everyMinutes));
    }
  }

  function failed(failure: FetchFailure, { progress, remarks }: RunEnd): void {
    tellCounts(progress);
    const { kind, message: text } = failure;
    const atMs = clock.nowMs();
    const before = saved.state.error;
    // The same again is one event.
    if (before?.text !== text) log(`${kind === 'unable' ? 'warning' : 'alert'}: ${text}`);
    const failures = saved.state.failures + 1;
    const error = { kind, text, sinceMs: before?.kind === kind ? before.sinceMs : atMs };
    saved.change({ error, remarks: [...remarks], failures, lastRunMs: atMs });
    deps.problemsChanged();
    const isAsked = file.account.everyMinutes === 0 && !file.account.idle;
    plan(isAsked ? undefined : pauseAfterFailure(kind, failures));
    round.resolve(failure);
  }

  function tellCounts({ fetched, bytes, left, deleted }: RunEnd['progress']): void {
    if (fetched + left + deleted > 0) log(`${fetched} messages, ${bytes} bytes, ${left} left, ${deleted} deleted`);
  }

  return {
    get file() {
      return file;
    },
    use(next) {
      file = next;
      if (saved.state.failures > 0) saved.change({ failures: 0 });
      // What runs may be of another mailbox now.
      if (run && run !== 'waiting') {
        isChanged = true;
        run.stop();
      } else if (!run) plan(file.account.everyMinutes === 0 && !file.account.idle ? undefined : firstPauseMs);
      deps.changed(name);
    },
    fetchNow: start,
    ended: () => round.promise,
    stop() {
      if (!run || run === 'waiting') return false;
      run.stop();
      return true;
    },
    status() {
      const { account, problems } = file;
      const { lastSuccess, error, remarks } = saved.state;
      return {
        name,
        protocol: account.protocol,
        host: account.server ? serverOf(account).host : '',
        user: account.user,
        to: account.multidrop ?? displayAddress(account.to ?? ''),
        state: stateNow(),
        progress: (run && run !== 'waiting' && run.progress()) || null,
        nextMs: nextMs ?? null,
        ...{ lastSuccess, error, remarks },
        problems: shownProblems(problems),
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
