// The state of a running host, put together from its parts whenever it is asked for.
import type { HostStatus } from '../api/host.ts';
import type { QueueSummary } from '../api/queue.ts';
import type { LiveControl } from '../control/live-control.ts';
import type { Fetching } from '../fetch/fetching.ts';
import { accountProblems } from '../fetch/problems.ts';
import { usualAddress } from '../inject/compose/owner-addresses.ts';
import type { Clock } from '../lib/clock.ts';
import type { Links } from '../link/links.ts';
import { displayAddress } from '../message/address.ts';
import type { Queue } from '../queue/queue.ts';
import type { Logins } from '../remote/login/logins.ts';
import type { Owner } from './owner.ts';
import type { OwnerProcess } from './owner-process/owner-process.ts';
import type { Pages } from './pages/pages.ts';
import { longDeliveryProblem } from './problems/long-deliveries.ts';
import { findProblems, pauseProblems } from './problems/problems.ts';
import type { Servers } from './servers.ts';
import type { SettingsFile } from './settings.ts';
import { version } from './version.ts';

export interface StatusDeps {
  readonly home: string;
  readonly control: Pick<LiveControl, 'queue'>;
  readonly clock: Clock;
  readonly owner: () => Owner;
  readonly settings: Pick<SettingsFile, 'current'>;
  readonly queue: Pick<Queue, 'pausedMs' | 'longDeliveries'>;
  readonly queueSummary: () => QueueSummary;
  readonly servers: Pick<Servers, 'listening'>;
  readonly pages: Pick<Pages, 'shownIn'>;
  readonly links: Pick<Links, 'problems'>;
  readonly logins: Pick<Logins, 'problems'>;
  readonly ownerProcess: Pick<OwnerProcess, 'problems' | 'unread'>;
  readonly fetching: Pick<Fetching, 'status'>;
}

/** @returns what is true at the moment of the call */
export function createStatus(deps: StatusDeps): () => HostStatus {
  const { home, control, clock, settings, queue, servers, pages, links, logins, ownerProcess } = deps;
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
      problems: [
        ...ownerProcess.problems(),
        ...pauseProblems(queue.pausedMs()),
        ...queue.longDeliveries().map(run => longDeliveryProblem(run, home, clock.nowMs())),
        ...links.problems(),
        ...logins.problems(),
        ...accountProblems(deps.fetching.status(), clock.nowMs()),
        ...findProblems(home, control.queue(), servers.listening),
      ],
    };
  };
}
