// At the start of the host, before anything is delivered: messages that were handed to the queue when the last one ended, and
// of which nobody noted whether it took them. What the queue took and could not note waits there, with its token.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { fetchDirectory, isState } from './layout.ts';
import { hasToken } from './message/fields.ts';
import { type MailboxState, openMailboxState } from './state/mailbox-state.ts';

export interface RecoverDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly log: LogLine;
  /** The beginnings of all messages that the queue has accepted, as byte strings; what it was about to accept is not among them. */
  readonly waitingHeads: () => Iterable<string>;
}

/** An account whose state cannot be read is reported when it is fetched. */
export function recoverFetched({ home, clock, log, waitingHeads }: RecoverDeps): void {
  const states: MailboxState[] = [];
  try {
    for (const path of statePaths(home)) {
      try {
        states.push(openMailboxState(path));
      } catch (error) {
        log(`warning: unable to read ${path}: ${reasonOf(error)}`);
      }
    }
    const unsure = states.flatMap(state => state.unsure().map(message => ({ state, ...message })));
    if (unsure.length === 0) return;
    const left = new Map(unsure.map(message => [message.token, message]));
    for (const head of waitingHeads()) {
      for (const [token, { state, uid, sizeBytes }] of left) {
        if (!hasToken(head, token)) continue;
        state.note(uid, { kind: 'here', sizeBytes, atMs: clock.nowMs(), digest: '-' });
        log(`status: fetch: message ${uid} is in the queue, and is not fetched again`);
        left.delete(token);
      }
    }
    for (const { state, uid } of left.values()) state.gone(uid);
  } finally {
    for (const state of states) state.close();
  }
}

function statePaths(home: string): string[] {
  const directory = fetchDirectory(home);
  return namesIn(directory).flatMap(name =>
    namesIn(join(directory, name))
      .filter(isState)
      .map(file => join(directory, name, file)),
  );
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
