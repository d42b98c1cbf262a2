// The problems of a running host at the moment, by the part of the host that has them.
import type { HostStatus } from '../../api/host.ts';
import type { LiveControl } from '../../control/live-control.ts';
import type { Fetching } from '../../fetch/fetching.ts';
import { accountProblems } from '../../fetch/problems.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Links } from '../../link/links.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Logins } from '../../remote/login/logins.ts';
import type { OwnerProcess } from '../owner-process/owner-process.ts';
import type { Servers } from '../servers.ts';
import { longDeliveryProblem } from './long-deliveries.ts';
import { findProblems, pauseProblems } from './problems.ts';

type Problems = readonly HostStatus['problems'][number][];

export interface ProblemsNow {
  /** Of the owner's mail. */
  readonly mail: Problems;
  readonly queue: Problems;
  readonly links: Problems;
  readonly logins: Problems;
  readonly accounts: Problems;
  /** Of the home's files. */
  readonly home: Problems;
}

export interface ProblemsDeps {
  readonly home: string;
  readonly control: Pick<LiveControl, 'queue'>;
  readonly clock: Clock;
  readonly queue: Pick<Queue, 'pausedMs' | 'longDeliveries'>;
  readonly servers: Pick<Servers, 'listening'>;
  readonly links: Pick<Links, 'problems'>;
  readonly logins: Pick<Logins, 'problems'>;
  readonly ownerProcess: Pick<OwnerProcess, 'problems'>;
  readonly fetching: Pick<Fetching, 'status'>;
}

/** @returns what is true at the moment of the call */
export function createProblems(deps: ProblemsDeps): () => ProblemsNow {
  const { home, control, clock, queue, servers, links, logins, ownerProcess, fetching } = deps;
  return () => ({
    mail: ownerProcess.problems(),
    queue: [
      ...pauseProblems(queue.pausedMs()),
      ...queue.longDeliveries().map(run => longDeliveryProblem(run, home, clock.nowMs())),
    ],
    links: links.problems(),
    logins: logins.problems(),
    accounts: accountProblems(fetching.status(), clock.nowMs()),
    home: findProblems(home, control.queue(), servers.listening),
  });
}
