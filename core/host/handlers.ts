// What the host answers to each call of the Api: its own parts, the queue, and the owner's process.
import type { Handlers, HandlersOf } from '../api/contract.ts';
import type { HostStatus } from '../api/host.ts';
import type { QueueSummary } from '../api/queue.ts';
import type { LiveControl } from '../control/live-control.ts';
import type { Fetching } from '../fetch/fetching.ts';
import type { Guide } from '../guide/guide.ts';
import type { Clock } from '../lib/clock.ts';
import { collectInSlices } from '../lib/time-slice.ts';
import type { Links } from '../link/links.ts';
import type { DeliverySeries } from '../log/series.ts';
import type { Queue } from '../queue/queue.ts';
import { configurationOf } from './configuration.ts';
import { traceFor } from './home-trace.ts';
import { createLinkForecast } from './link-forecast.ts';
import type { OwnerProcess } from './owner-process/owner-process.ts';
import type { Pages } from './pages/pages.ts';
import type { SettingsFile } from './settings.ts';

export interface HandlersDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly queue: Pick<Queue, 'rows' | 'operator'>;
  readonly queueSummary: () => QueueSummary;
  readonly series: Pick<DeliverySeries, 'points'>;
  readonly settings: SettingsFile;
  readonly ownerProcess: Pick<OwnerProcess, 'handlers' | 'look' | 'settings'>;
  readonly pages: Pick<Pages, 'handlers'>;
  readonly links: Pick<Links, 'handlers' | 'spoolFor' | 'estimate'>;
  readonly fetching: Pick<Fetching, 'handlers'>;
  readonly guide: Pick<Guide, 'handlers'>;
  readonly control: Pick<LiveControl, 'queue'>;
  readonly checks: HandlersOf<'host.checks'>;
  readonly status: () => HostStatus;
  /** Reads all control files again, the host's name too. @returns what was wrong, if anything */
  readonly reload: () => string | undefined;
  readonly statusChanged: () => void;
}

/** One handler for each verb of the contract. */
export function createHandlers(deps: HandlersDeps): Handlers {
  const { home, clock, queue, queueSummary, series, settings, ownerProcess, pages, status } = deps;
  return {
    'host.status': async () => {
      await ownerProcess.look();
      return status();
    },
    'host.settings': async () => settings.current(),
    'host.change': async some => {
      const changed = await settings.change(some);
      ownerProcess.settings(changed);
      deps.statusChanged();
      return changed;
    },
    'host.reload': async () => ({ problem: deps.reload() ?? null }),
    ...deps.checks,
    'host.configuration': look => configurationOf(home, look),
    ...ownerProcess.handlers,
    ...pages.handlers,
    ...deps.links.handlers,
    ...deps.fetching.handlers,
    ...deps.guide.handlers,
    ...createLinkForecast({ control: deps.control.queue, links: deps.links }),
    ...traceFor(home),
    'queue.list': async ({ offset, limit }) => ({
      summary: queueSummary(),
      rows: await collectInSlices(queue.rows(offset, limit)),
    }),
    ...queue.operator,
    'queue.series': async ({ span }) => series.points(span, clock.nowMs()),
  };
}
