// One run over an account: everything that it needs is opened, its protocol does the work, and everything is closed.
import { randomBytes } from 'node:crypto';
import type { FetchProgress as ShownProgress } from '../api/fetch.ts';
import type { Control } from '../control/control.ts';
import type { Account } from '../control/fetch/account.ts';
import type { ReachDeps } from '../conversation/reach.ts';
import type { Clock } from '../lib/clock.ts';
import { ensurePrivateDirectory } from '../lib/disk/private-directory.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { FetchFailure } from './failure.ts';
import { accountDirectory, statePath } from './layout.ts';
import { readPassword } from './password.ts';
import { fetchByPop3 } from './pop3/fetch-by-pop3.ts';
import { authorityOf } from './secure.ts';
import type { FetchProgress } from './session.ts';
import { type MailboxState, openMailboxState } from './state/mailbox-state.ts';

export interface RunDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly control: () => Control;
  readonly accept: Accept;
  readonly reach: ReachDeps;
}

/** What a run came to; a failure says why it ended early. */
export interface RunEnd {
  readonly progress: ShownProgress;
  readonly remarks: readonly string[];
  readonly failure: FetchFailure | undefined;
}

export interface Run {
  progress(): ShownProgress;
  readonly ended: Promise<RunEnd>;
  stop(): void;
}

const mostRemarks = 5;

/** @param changed is called when the progress changes; often */
export function startRun(account: Account, deps: RunDeps, changed: () => void): Run {
  const { clock, home } = deps;
  const stopper = new AbortController();
  const states: MailboxState[] = [];
  const remarks: string[] = [];
  const shown = { startMs: clock.nowMs(), expected: 0, fetched: 0, bytes: 0, left: 0, deleted: 0 };

  function count(some: Partial<typeof shown>): void {
    Object.assign(shown, some);
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
    const directory = accountDirectory(home, account.name);
    try {
      ensurePrivateDirectory(directory);
      const state = openMailboxState(statePath(directory, folder));
      states.push(state);
      return state;
    } catch (error) {
      throw new FetchFailure(
        'wrong',
        `what is known of its messages cannot be read (${directory}): ${reasonOf(error)}`,
      );
    }
  }

  async function work(): Promise<FetchFailure | undefined> {
    try {
      if (account.protocol === 'imap') throw new FetchFailure('wrong', 'IMAP cannot be fetched yet');
      const session = {
        ...{ account, clock, stateOf, progress },
        control: deps.control,
        accept: deps.accept,
        reach: deps.reach,
        token: () => randomBytes(16).toString('hex'),
        password: readPassword(home, account),
        ca: authorityOf(account),
        stop: stopper.signal,
      };
      await fetchByPop3(session);
      return undefined;
    } catch (error) {
      if (stopper.signal.aborted) return new FetchFailure('unable', 'it was stopped');
      return error instanceof FetchFailure ? error : new FetchFailure('unable', reasonOf(error), error);
    } finally {
      for (const state of states) state.close();
    }
  }

  return {
    progress: () => ({ ...shown }),
    ended: work().then(failure => ({ progress: { ...shown }, remarks, failure })),
    stop: () => stopper.abort(),
  };
}
