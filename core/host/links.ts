// The links of a host: put together with what they need of it.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LiveControl } from '../control/live-control.ts';
import { createDial } from '../conversation/channel.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { readBootId } from '../lib/process/boot-id.ts';
import { createLooks } from '../link/known-by/looks.ts';
import { createLinks, type Links } from '../link/links.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { createDnsResolver } from '../remote/resolver.ts';
import type { Notices } from './notices.ts';

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
}: LinksOfHost): Links {
  const changed = new Set<string>();
  const dial = createDial(clock);
  const lookUp = createLookUp(control);
  return createLinks({
    ...{ home, clock, log, accept },
    bootId: readBootId(),
    control: control.queue,
    heloHost: () => control.delivery().heloHost,
    reach: { dial, lookUp },
    lookFor: createLooks({ clock, dial, lookUp, environment }),
    changed(name) {
      changed.add(name);
      notices.soon('links.changed', () => {
        const names = [...changed];
        changed.clear();
        return { names };
      });
    },
    queueOpened,
    linksSaved: reload,
  });
}

/** By control/resolvers if there is such a file, else as all programs of the machine do: /etc/hosts counts. */
function createLookUp(control: LiveControl): (host: string) => Promise<readonly string[]> {
  return async host => {
    if (isIP(host) !== 0) return [host];
    const { resolvers } = control.delivery();
    if (resolvers) {
      const found = await createDnsResolver(resolvers).addresses(host);
      return found.kind === 'found' ? found.records : [];
    }
    try {
      return (await lookup(host, { all: true })).map(({ address }) => address);
    } catch {
      return [];
    }
  };
}
