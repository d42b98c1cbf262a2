// The accounts of a host: put together with what they need of it.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LiveControl } from '../control/live-control.ts';
import { createDial } from '../conversation/channel.ts';
import { createFetching, type Fetching } from '../fetch/fetching.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { readStartNow } from '../mailbox/reading/file-start.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { createLookUp } from './look-up.ts';
import type { Notices } from './notices.ts';

interface FetchingOfHost {
  readonly home: string;
  readonly control: LiveControl;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly accept: Accept;
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
  notices,
  reload,
  statusChanged,
}: FetchingOfHost): Fetching {
  const changed = new Set<string>();
  return createFetching({
    ...{ home, clock, log, accept },
    control: control.queue,
    reach: { dial: createDial(clock), lookUp: createLookUp(control) },
    waitingHeads: () => headsIn(join(home, 'queue', 'mess')),
    changed(name) {
      changed.add(name);
      notices.soon('fetch.changed', () => {
        const names = [...changed];
        changed.clear();
        return { names };
      });
    },
    problemsChanged: statusChanged,
    accountsSaved: reload,
  });
}

const headBytes = 4096;

/** The beginnings of the messages in the queue, which does not run yet. */
function* headsIn(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const start = readStartNow(join(entry.parentPath, entry.name), headBytes);
    if (start) yield start.raw.toString('latin1');
  }
}
