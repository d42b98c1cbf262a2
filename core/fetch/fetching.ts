// The accounts of a home, running (the job of fetchmail and getmail): what the host, its links and front ends ask of them.
import { isDeepStrictEqual } from 'node:util';
import type { AccountStatus } from '../api/fetch.ts';
import { accountName } from '../api/fetch-grammar.ts';
import { type AccountOfHome, readAccounts } from '../control/fetch/read-accounts.ts';
import type { Dispose } from '../lib/dispose.ts';
import { reasonOf } from '../lib/user-error.ts';
import { createFetchHandlers, type FetchHandlers } from './handlers.ts';
import { type RecoverDeps, recoverFetched } from './recover.ts';
import { type AccountDeps, createRunningAccount, type RunningAccount } from './running-account.ts';

export interface FetchingDeps extends Omit<AccountDeps, 'enter'>, Pick<RecoverDeps, 'waitingHeads'> {
  /** The files of accounts were changed: all that depends on control files is to be read again. */
  readonly accountsSaved: () => void;
}

export interface Fetching {
  readonly handlers: FetchHandlers;
  /** Reads control/fetch again. */
  reload(): void;
  /** Before the queue delivers anything. */
  recover(): void;
  start(): void;
  /** Ends the runs; what is here stays here. */
  stop(): Promise<void>;
  status(): AccountStatus[];
  /** For the step of a link. @returns what happened, in one line for a person */
  fetch(name: string, stop: AbortSignal): Promise<{ readonly ok: boolean; readonly says: string }>;
}

const mostRuns = 4;

export function createFetching(deps: FetchingDeps): Fetching {
  const running = new Map<string, RunningAccount>();
  /** Accounts whose file is gone, while their last run ends. */
  const leaving = new Map<string, Promise<void>>();
  const accountDeps = { ...deps, enter: createRoom(mostRuns) };
  let started = false;

  function reload(): void {
    if (!started) return;
    let files: AccountOfHome[];
    try {
      files = readAccounts(deps.home);
    } catch (error) {
      deps.log(`alert: unable to read control/fetch, the accounts stay as they are: ${reasonOf(error)}`);
      return;
    }
    const names = new Set(files.map(({ account }) => account.name));
    for (const [name, account] of running) {
      if (names.has(name)) continue;
      running.delete(name);
      leaving.set(name, close(account, name));
      deps.changed(name);
    }
    for (const file of files) use(file);
  }

  async function close(account: RunningAccount, name: string): Promise<void> {
    await account.close();
    leaving.delete(name);
    reload();
  }

  function use(file: AccountOfHome): void {
    const { name } = file.account;
    if (!accountName.test(name)) return;
    // Two runs at once would fetch the same messages.
    if (leaving.has(name)) return;
    const known = running.get(name);
    if (known && isDeepStrictEqual(known.file, file)) return;
    const account = known ?? createRunningAccount(file, accountDeps);
    running.set(name, account);
    account.use(file);
  }

  return {
    handlers: createFetchHandlers({ home: deps.home, running, accountsSaved: deps.accountsSaved }),
    reload,
    recover() {
      try {
        recoverFetched(deps);
      } catch (error) {
        deps.log(`alert: unable to look which fetched messages the queue has: ${reasonOf(error)}`);
      }
    },
    start() {
      started = true;
      reload();
    },
    async stop() {
      started = false;
      await Promise.all([...[...running.values()].map(account => account.close()), ...leaving.values()]);
    },
    status: () => [...running.values()].map(account => account.status()),
    async fetch(name, stop) {
      const account = running.get(name);
      if (!account) return { ok: false, says: `there is no account ${name}` };
      account.fetchNow();
      const end = () => void account.stop();
      stop.addEventListener('abort', end);
      const failure = await account.ended();
      stop.removeEventListener('abort', end);
      const fetched = account.status().lastSuccess?.fetched ?? 0;
      return failure ? { ok: false, says: failure.message } : { ok: true, says: `${fetched} messages fetched` };
    },
  };
}

/** Lets only so many in at once; the others wait in their order. */
function createRoom(most: number): () => Promise<Dispose> {
  let inside = 0;
  const waiting: (() => void)[] = [];
  return async () => {
    if (inside >= most) await new Promise<void>(resolve => void waiting.push(resolve));
    else inside++;
    return () => {
      const next = waiting.shift();
      if (next) next();
      else inside--;
    };
  };
}
