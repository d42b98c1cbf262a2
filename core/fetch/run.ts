// One run over an account: everything that it needs is opened, its protocol does the work, and everything is closed.
import { randomBytes } from 'node:crypto';
import type { FetchProgress as ShownProgress } from '../api/fetch.ts';
import type { Control } from '../control/control.ts';
import type { Account } from '../control/fetch/account.ts';
import type { ReachDeps } from '../conversation/reach.ts';
import type { Clock } from '../lib/clock.ts';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';
import type { Dispose } from '../lib/dispose.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { AccessTokens } from '../login/oauth/access-tokens.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { withCredential } from './credential.ts';
import { FetchFailure } from './failure.ts';
import { fetchByImap } from './imap/fetch-by-imap.ts';
import { accountDirectory, statePath } from './layout.ts';
import { fetchByPop3 } from './pop3/fetch-by-pop3.ts';
import { contextOf } from './secure.ts';
import type { FetchProgress } from './session.ts';
import { type MailboxState, openMailboxState } from './state/mailbox-state.ts';

export interface RunDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly control: () => Control;
  readonly accept: Accept;
  readonly reach: ReachDeps;
  /** Of `secrets/NAME.oauth`: the same as of what sends, as a refresh token may be used once only. */
  readonly tokens: AccessTokens;
}

/** What a run, or a round of one that listens, came to; a failure says why it ended early. */
export interface RunEnd {
  readonly progress: ShownProgress;
  readonly remarks: readonly string[];
  readonly failure: FetchFailure | undefined;
  /** A person has ended it, or the host. */
  readonly isStopped: boolean;
}

export interface Run {
  /** Undefined: it waits for news from the server. */
  progress(): ShownProgress | undefined;
  readonly ended: Promise<RunEnd>;
  /** Starts the next round of a run that waits for news. @returns false: it does not wait */
  wake(): boolean;
  stop(): void;
}

interface RunTold {
  /** Its progress has changed; often. */
  readonly changed: () => void;
  /** A round went well, and the run goes on. */
  readonly roundEnded: (end: RunEnd) => void;
}

const mostRemarks = 5;

/** What comes together is fetched together. */
const gatherMs = 1000;
const minuteMs = 60_000;

export function startRun(account: Account, deps: RunDeps, { changed, roundEnded }: RunTold): Run {
  const { clock, home } = deps;
  const stopper = new AbortController();
  const states = new Map<string | undefined, MailboxState>();
  let remarks: string[] = [];
  let shown = emptyProgress(clock);
  /** Set while it waits for news. */
  let wakeUp: (() => void) | undefined;

  function count(some: Partial<ShownProgress>): void {
    shown = { ...shown, ...some };
    changed();
  }
  const progress: FetchProgress = {
    expect: messages => count({ expected: shown.expected + messages }),
    fetched: bytes => count({ fetched: shown.fetched + 1, bytes: shown.bytes + bytes }),
    left: () => count({ left: shown.left + 1 }),
    deleted: () => count({ deleted: shown.deleted + 1 }),
    remark: text => void (remarks.length < mostRemarks && remarks.push(text)),
  };

  function stateOf(folder?: string): MailboxState {
    const open = states.get(folder);
    if (open) return open;
    const directory = accountDirectory(home, account.name);
    try {
      ensurePrivateDirectory(directory);
      const state = openMailboxState(statePath(directory, folder));
      states.set(folder, state);
      return state;
    } catch (error) {
      throw new FetchFailure(
        'wrong',
        `what is known of its messages cannot be read (${directory}): ${reasonOf(error)}`,
      );
    }
  }

  async function rest(listen: (wake: () => void) => Dispose): Promise<void> {
    roundEnded({ progress: shown, remarks, failure: undefined, isStopped: false });
    const ends: Dispose[] = [];
    await new Promise<void>(resolve => {
      const news = () => void ends.push(clock.after(gatherMs, resolve));
      wakeUp = resolve;
      if (account.everyMinutes > 0) ends.push(clock.after(account.everyMinutes * minuteMs, resolve));
      const stopped = () => resolve();
      stopper.signal.addEventListener('abort', stopped);
      ends.push(() => stopper.signal.removeEventListener('abort', stopped));
      ends.push(listen(news));
      changed();
    });
    wakeUp = undefined;
    for (const end of ends) end();
    remarks = [];
    shown = emptyProgress(clock);
    changed();
  }

  async function work(): Promise<FetchFailure | undefined> {
    const { control, accept, reach, tokens } = deps;
    const stop = stopper.signal;
    try {
      const context = contextOf(account);
      const token = () => randomBytes(16).toString('hex');
      const session = { account, clock, stateOf, progress, rest, control, accept, reach, token, context, stop };
      const fetch = account.protocol === 'pop3' ? fetchByPop3 : fetchByImap;
      await withCredential({ home, account, tokens }, credential => fetch({ ...session, credential }));
      return undefined;
    } catch (error) {
      if (stop.aborted) return new FetchFailure('unable', 'it was stopped');
      return error instanceof FetchFailure ? error : new FetchFailure('unable', reasonOf(error), error);
    } finally {
      for (const state of states.values()) state.close();
    }
  }

  return {
    progress: () => (wakeUp ? undefined : shown),
    ended: work().then(failure => ({ progress: shown, remarks, failure, isStopped: stopper.signal.aborted })),
    wake() {
      const isWaiting = wakeUp !== undefined;
      wakeUp?.();
      wakeUp = undefined;
      return isWaiting;
    },
    stop: () => stopper.abort(),
  };
}

function emptyProgress(clock: Clock): ShownProgress {
  return { startMs: clock.nowMs(), expected: 0, fetched: 0, bytes: 0, left: 0, deleted: 0 };
}
