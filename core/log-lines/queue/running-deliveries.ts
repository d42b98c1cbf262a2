// `status: local 1/10 remote 0/20`: how many deliveries run, and how many may.
import type { Channel } from '../../control/classify.ts';
import type { LineKind } from '../line-kind.ts';

type PerChannel = Readonly<Record<Channel, number>>;

export interface RunningDeliveries {
  readonly kind: 'running';
  readonly running: PerChannel;
  readonly limit: PerChannel;
  /** The host waits for these, and starts none. */
  readonly stopping: boolean;
}

const form = /^status: local (\d+)\/(\d+) remote (\d+)\/(\d+)( exitasap)?$/;

export const runningDeliveries: LineKind<RunningDeliveries> = {
  start: 'status: local ',
  format: ({ running, limit, stopping }) =>
    `status: local ${running.local}/${limit.local} remote ${running.remote}/${limit.remote}${stopping ? ' exitasap' : ''}`,
  parse(line) {
    const found = form.exec(line);
    if (!found) return undefined;
    const [local = 0, localLimit = 0, remote = 0, remoteLimit = 0] = found.slice(1, 5).map(Number);
    return {
      kind: 'running',
      running: { local, remote },
      limit: { local: localLimit, remote: remoteLimit },
      stopping: found[5] !== undefined,
    };
  },
};
