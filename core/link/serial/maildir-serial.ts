// maildirserial: hands the messages of a Maildir to a client that sends them, repeats that as long as there is progress, and
// removes what was accepted.
import { type Clock, nowSec } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { cleanTmp, maildirFiles } from '../../paper-path/maildir-files.ts';
import { type Acting, actOnResult } from './act-on-result.ts';
import type { SerialResult } from './send-list.ts';
import { openSerialMessage } from './serial-message.ts';

/** The messages to send. Strings are byte strings. */
export interface SerialMaildir {
  /** The Maildir's path. */
  readonly directory: string;
  /** The prefix of the recipients whose messages are sent. */
  readonly prefix: string;
  /**
   * A message that is older than this many seconds and refused for now counts as refused permanently; undefined: no limit.
   */
  readonly lifetimeSec: number | undefined;
}

/** How a client ended: 100 is an error of use, any other code has no meaning. */
export type ClientEnd = { readonly kind: 'exited'; readonly code: number } | { readonly kind: 'crashed' };

/** Sends the files, and calls back with each result as it is received. @throws SerialFailure when it cannot be started */
export type SerialClient = (
  names: readonly string[],
  onResult: (name: string, result: SerialResult) => void,
) => Promise<ClientEnd>;

export interface SerialDeps {
  readonly clock: Clock;
  readonly client: SerialClient;
  readonly bounce: Acting['bounce'];
  /** Receives a line without its end. */
  readonly log: (line: string) => void;
}

/** The run cannot continue. Its text follows `maildirserial: fatal: `. */
export class SerialFailure extends Error {}

/** After this many runs of the client in a row without any result, no more are started. */
const fruitlessRuns = 3;

/**
 * Sends until no message is left that may be tried in this run.
 * @returns 0 all are gone; 100 the client was called with wrong arguments; 111 some are left
 * @throws SerialFailure, MaildirScanError
 */
export async function maildirSerial(maildir: SerialMaildir, deps: SerialDeps): Promise<number> {
  /** Messages that are not tried again in this run. */
  const dead = new Set<string>();
  const acts = {
    program: 'maildirserial',
    directory: maildir.directory,
    isTooOld: (mtimeSec: number) =>
      maildir.lifetimeSec !== undefined && nowSec(deps.clock) > mtimeSec + maildir.lifetimeSec,
    bounce: deps.bounce,
    log: deps.log,
  };
  for (let fruitless = 0; fruitless < fruitlessRuns; ) {
    const names = await usableFiles(maildir, dead, deps);
    if (names.length === 0) return dead.size === 0 ? 0 : 111;
    const offered = new Set(names);
    let acting = Promise.resolve();
    let results = 0;
    const end = await deps.client(names, (name, result) => {
      if (!offered.has(name)) {
        deps.log(`maildirserial: warning: ignoring a result for ${name}: it was not in the list`);
        return;
      }
      results++;
      acting = acting.then(async () => {
        const became = await actOnResult(name, result, acts);
        if (became === 'kept') dead.add(name);
      });
    });
    await acting;
    if (end.kind === 'crashed') throw new SerialFailure('client crashed');
    if (end.code === 100) return 100;
    fruitless = results > 0 ? 0 : fruitless + 1;
  }
  throw new SerialFailure('making no progress, giving up');
}

async function usableFiles(
  { directory, prefix }: SerialMaildir,
  dead: ReadonlySet<string>,
  { clock, log }: SerialDeps,
): Promise<string[]> {
  const now = nowSec(clock);
  cleanTmp(directory, now);
  const usable: string[] = [];
  for (const { name } of maildirFiles(directory, ['new', 'cur'], now)) {
    if (dead.has(name)) continue;
    if (prefix === '' || (await hasPrefix(directory, name, prefix, log))) usable.push(name);
  }
  return usable;
}

async function hasPrefix(directory: string, name: string, prefix: string, log: SerialDeps['log']): Promise<boolean> {
  try {
    await using message = await openSerialMessage(name, prefix, `${directory}/`);
    return message !== undefined;
  } catch (error) {
    log(`maildirserial: warning: unable to read ${name}: ${reasonOf(error)}`);
    return false;
  }
}
