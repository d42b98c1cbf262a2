// The state of a running host, put together from its parts whenever it is asked for.
import type { HostStatus } from '../api/host.ts';
import type { QueueSummary } from '../api/queue.ts';
import type { LiveControl } from '../control/live-control.ts';
import { usualAddress } from '../inject/compose/owner-addresses.ts';
import { displayAddress } from '../message/address.ts';
import type { Owner } from './owner.ts';
import type { OwnerProcess } from './owner-process/owner-process.ts';
import type { Pages } from './pages/pages.ts';
import type { ProblemsNow } from './problems/problems-now.ts';
import type { Servers } from './servers.ts';
import type { SettingsFile } from './settings.ts';
import { version } from './version.ts';

export interface StatusDeps {
  readonly home: string;
  readonly control: Pick<LiveControl, 'queue'>;
  readonly owner: () => Owner;
  readonly settings: Pick<SettingsFile, 'current'>;
  readonly queueSummary: () => QueueSummary;
  readonly servers: Pick<Servers, 'listening'>;
  readonly pages: Pick<Pages, 'shownIn'>;
  readonly ownerProcess: Pick<OwnerProcess, 'unread'>;
  readonly problems: () => ProblemsNow;
}

/** @returns what is true at the moment of the call */
export function createStatus(deps: StatusDeps): () => HostStatus {
  const { home, control, settings, servers, pages, ownerProcess } = deps;
  return () => {
    const { messages, held, nextTryMs, waitsForLinks } = deps.queueSummary();
    const { user, maildir, ...owner } = deps.owner();
    const address = displayAddress(owner.address);
    const from = usualAddress({ address, identities: control.queue().identities });
    return {
      version,
      me: control.queue().me,
      home,
      owner: { user, name: settings.current().name, address, from, maildir },
      ...servers.listening,
      window: pages.shownIn(),
      unread: ownerProcess.unread(),
      waiting: messages,
      nextTryMs,
      ...(waitsForLinks && { waitsForLinks }),
      held,
      problems: Object.values(deps.problems()).flat(),
    };
  };
}
