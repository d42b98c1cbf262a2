// The checks of a running host, for the Api: one look at a time, which all who ask meanwhile share.
import type { HandlersOf, Reply } from '../../api/contract.ts';
import type { QueueSummary } from '../../api/queue.ts';
import type { LiveControl } from '../../control/live-control.ts';
import type { Fetching } from '../../fetch/fetching.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RelayBook } from '../../remote/relay-book.ts';
import type { Owner } from '../owner.ts';
import type { OwnerProcess } from '../owner-process/owner-process.ts';
import type { ProblemsNow } from '../problems/problems-now.ts';
import type { Servers } from '../servers.ts';
import { lookAtHost } from './all-checks.ts';

export interface ChecksDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly control: Pick<LiveControl, 'queue' | 'connection' | 'delivery'>;
  readonly owner: () => Owner;
  readonly ownerProcess: Pick<OwnerProcess, 'look'>;
  readonly problems: () => ProblemsNow;
  readonly servers: Pick<Servers, 'listening' | 'outside'>;
  readonly queueSummary: () => QueueSummary;
  readonly fetching: Pick<Fetching, 'status'>;
  readonly relays: Pick<RelayBook, 'of'>;
  /** How much the clock was moved since the start. */
  readonly clockShiftMs: () => number;
}

export function createChecks(deps: ChecksDeps): HandlersOf<'host.checks'> {
  const { home, clock, control, servers } = deps;
  const running = new Map<boolean, Promise<Reply<'host.checks'>>>();

  async function look(network: boolean): Promise<Reply<'host.checks'>> {
    await deps.ownerProcess.look();
    const checks = await lookAtHost(
      {
        ...{ home, clock, control, owner: deps.owner(), problems: deps.problems() },
        running: {
          smtp: servers.listening.smtp,
          outside: servers.outside(),
          queue: deps.queueSummary(),
          accounts: deps.fetching.status(),
          relays: deps.relays.of,
          shiftMs: deps.clockShiftMs(),
        },
      },
      network,
    );
    return { atMs: clock.nowMs(), network, checks };
  }

  return {
    'host.checks': ({ network }) => {
      const known = running.get(network) ?? look(network).finally(() => running.delete(network));
      running.set(network, known);
      return known;
    },
  };
}
