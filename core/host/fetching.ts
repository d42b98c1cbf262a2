// The accounts of a host: put together with what they need of it.
import { readdirSync } from 'node:fs';
import type { LiveControl } from '../control/live-control.ts';
import { createDial } from '../conversation/channel.ts';
import { createFetching, type Fetching } from '../fetch/fetching.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { errorCode } from '../lib/user-error.ts';
import type { AccessTokens } from '../login/oauth/access-tokens.ts';
import { readStartNow } from '../mailbox/reading/file-start.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { messageNumber, type QueueLayout, queueLayout } from '../queue/files/layout.ts';
import { createLookUp } from './look-up.ts';
import { announceNames, type Notices } from './notices.ts';

interface FetchingOfHost {
  readonly home: string;
  readonly control: LiveControl;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly accept: Accept;
  readonly tokens: AccessTokens;
  readonly notices: Pick<Notices, 'soon'>;
  /** Reads the control files again. */
  readonly reload: () => void;
  readonly statusChanged: () => void;
}

export function openFetching({
  home,
  control,
  clock,
  log,
  accept,
  tokens,
  notices,
  reload,
  statusChanged,
}: FetchingOfHost): Fetching {
  return createFetching({
    ...{ home, clock, log, accept, tokens },
    control: control.queue,
    reach: { dial: createDial(clock), lookUp: createLookUp(() => control.delivery().resolvers) },
    waitingHeads: () => headsIn(queueLayout(home)),
    changed: announceNames(notices, 'fetch.changed'),
    problemsChanged: statusChanged,
    accountsSaved: reload,
  });
}

const headBytes = 4096;

/**
 * The beginnings of the messages in the queue, which is recovered and does not run yet. A file in mess/ alone is no message: the
 * host was killed before it was accepted.
 */
function* headsIn(layout: QueueLayout): Generator<string> {
  for (const name of layout.dirs('info').flatMap(directory => readdirSync(directory))) {
    const id = messageNumber(name);
    const start = id === undefined ? undefined : startOf(layout.mess(id));
    if (start !== undefined) yield start;
  }
}

function startOf(path: string): string | undefined {
  try {
    return readStartNow(path, headBytes)?.raw.toString('latin1');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
