// The links of a host: put together with what they need of it.
import type { LiveControl } from '../control/live-control.ts';
import { createDial } from '../conversation/channel.ts';
import type { Fetching } from '../fetch/fetching.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { readBootId } from '../lib/process/boot-id.ts';
import { createLooks } from '../link/known-by/looks.ts';
import { createLinks, type Links } from '../link/links.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { createLookUp } from './look-up.ts';
import { announceNames, type Notices } from './notices.ts';

interface LinksOfHost {
  readonly home: string;
  readonly control: LiveControl;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly accept: Accept;
  readonly notices: Pick<Notices, 'soon'>;
  /** Reads the control files again, which name the links too. */
  readonly reload: () => void;
  readonly queueOpened: () => void;
  /** Fetches the mail of an account, for a step of a link. */
  readonly fetch: Fetching['fetch'];
}

export function openLinks({
  home,
  control,
  clock,
  environment,
  log,
  accept,
  notices,
  reload,
  queueOpened,
  fetch,
}: LinksOfHost): Links {
  const dial = createDial(clock);
  const lookUp = createLookUp(() => control.delivery().resolvers);
  return createLinks({
    ...{ home, clock, log, accept },
    bootId: readBootId(),
    control: control.queue,
    heloHost: () => control.delivery().heloHost,
    reach: { dial, lookUp },
    lookFor: createLooks({ clock, dial, lookUp, environment }),
    changed: announceNames(notices, 'links.changed'),
    queueOpened,
    fetch,
    linksSaved: reload,
  });
}
