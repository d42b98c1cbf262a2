// The queue with what delivers its mail: the local path, other hosts, and what is remembered of those.
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { LiveControl } from '../control/live-control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { createLocalDeliver } from '../local/deliver.ts';
import type { AccessTokens } from '../login/oauth/access-tokens.ts';
import type { SpoolFor } from '../paper-path/link-spool.ts';
import type { RemoteGate } from '../paper-path/remote-gate.ts';
import type { RootProcess } from '../privsep/root-process-client.ts';
import { openQueue } from '../queue/queue.ts';
import { createIdleConnections } from '../remote/connections/idle-connections.ts';
import { openTcpTo } from '../remote/connections/tcpto.ts';
import { openDane } from '../remote/dane/dane.ts';
import { createRemoteDeliver } from '../remote/deliver.ts';
import { createGroupOf } from '../remote/group.ts';
import { createLogins } from '../remote/login/logins.ts';
import type { RelayBook } from '../remote/relay-book.ts';
import { createProgramDeliver } from '../remote/remote-program.ts';
import { openSts } from '../remote/sts/open-sts.ts';
import { builtinPrograms } from './builtin-programs.ts';

export interface DeliveringQueueDeps {
  readonly home: string;
  readonly control: LiveControl;
  readonly clock: Clock;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly rootProcess: RootProcess | undefined;
  readonly log: LogLine;
  /** Receives the queue's own lines. */
  readonly queueLog: LogLine;
  readonly tokens: AccessTokens;
  /** Where the mail for a link waits. */
  readonly spoolFor: SpoolFor;
  readonly gate: RemoteGate;
  readonly relays: RelayBook;
  readonly changed: () => void;
}

/** The queue hands recipients to local and remote; local hands the messages that it forwards to the queue. */
export async function openDeliveringQueue(deps: DeliveringQueueDeps) {
  const { home, control, clock, environment, log } = deps;
  const { QMAILREMOTE: remoteProgram } = environment;
  const connections = createIdleConnections(clock);
  const tcpto = openTcpTo(join(home, 'queue', 'lock'), clock);
  const logins = createLogins({ home, clock, log, changed: deps.changed, tokens: deps.tokens });
  const queue = await openQueue({
    home,
    control: control.queue,
    clock,
    log: deps.queueLog,
    deliver: ({ accept, deferSync, unclean }) => ({
      local: createLocalDeliver({
        home,
        control: control.queue,
        clock,
        accept,
        hostName: hostname(),
        environment,
        deferSync,
        sweepTorn: unclean,
        programs: builtinPrograms,
        spoolFor: deps.spoolFor,
        asUser: deps.rootProcess?.deliver,
      }),
      remote: remoteProgram
        ? createProgramDeliver(remoteProgram, environment)
        : createRemoteDeliver({
            ...{ home, control: control.delivery, clock, log, connections, tcpto, logins, relays: deps.relays },
            policyFor: openSts({ home, control: control.delivery, clock, log }),
            daneFor: openDane(control.delivery, clock),
          }),
    }),
    // A program is run once for each recipient.
    groupOf: remoteProgram ? undefined : createGroupOf(control.delivery),
    gate: deps.gate,
    changed: deps.changed,
  });
  tcpto.clear();
  return { queue, logins, forgetHosts: tcpto.clear, closeConnections: connections.close };
}
