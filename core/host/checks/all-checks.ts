// Looks at everything at once, each within its own limit of time, in the order in which it is shown.
import { join } from 'node:path';
import type { Check } from '../../api/checks.ts';
import type { AccountStatus } from '../../api/fetch.ts';
import type { HostStatus } from '../../api/host.ts';
import type { QueueSummary } from '../../api/queue.ts';
import { readControlTexts } from '../../control/check/control-text.ts';
import type { LiveControl } from '../../control/live-control.ts';
import { createDial } from '../../conversation/channel.ts';
import type { Clock } from '../../lib/clock.ts';
import type { RelayBook } from '../../remote/relay-book.ts';
import { configurationOf } from '../configuration.ts';
import type { Owner } from '../owner.ts';
import type { ProblemsNow } from '../problems/problems-now.ts';
import { checkAccounts } from './accounts.ts';
import { checkCertificates } from './certificates.ts';
import { checkClock } from './clock.ts';
import { checkDisks } from './disk.ts';
import { checkHostDns } from './dns.ts';
import { createDnsLook, dnsMs, type HostDns } from './dns-look.ts';
import { greetMs } from './greet.ts';
import { checkKnown } from './known.ts';
import { checkOpenRelay } from './open-relay.ts';
import { checkPortIn, isForOthers, type OutsideClient } from './port-in.ts';
import { checkPortOut } from './port-out.ts';
import { checkQueue } from './queue.ts';
import { checkRelays } from './relays.ts';
import { about, type Look, listed, runLook } from './run-check.ts';

/** What only a running host knows. */
interface KnownByHost {
  readonly smtp: HostStatus['smtp'];
  readonly outside: OutsideClient | undefined;
  readonly queue: QueueSummary;
  readonly accounts: readonly AccountStatus[];
  readonly relays: RelayBook['of'];
  /** How much the clock was moved since the start. */
  readonly shiftMs: number;
}

export interface LookDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly control: Pick<LiveControl, 'queue' | 'connection' | 'delivery'>;
  readonly owner: Pick<Owner, 'maildir'>;
  readonly problems: Pick<ProblemsNow, 'mail' | 'queue' | 'links' | 'logins' | 'home'>;
  /** Undefined: no host runs. */
  readonly running: KnownByHost | undefined;
}

const localMs = 5000;
const networkMs = 2 * dnsMs + greetMs;
const relayCodes = ['open-relay', 'percenthack-relay'];

/** @param network others are asked too */
export async function lookAtHost(deps: LookDeps, network: boolean): Promise<Check[]> {
  const groups = await Promise.all(looksOf(deps, network).map(runLook));
  const checks = groups.flat();
  // A finding names the file and the line.
  const isNamed = checks.some(({ code, result }) => result === 'warning' && relayCodes.includes(code));
  return checks.filter(({ code, result }) => !(isNamed && code === 'open-relay' && result === 'wrong'));
}

function looksOf(deps: LookDeps, network: boolean): Look[] {
  const { home, clock, control, running } = deps;
  const nowMs = clock.nowMs();
  const reach = { dial: createDial(clock), clock };
  let asked: HostDns | undefined;
  /** One for all who ask. */
  const dns = (): HostDns | undefined => {
    const { me, resolvers } = control.delivery();
    if (network) asked ??= createDnsLook(me, resolvers);
    return asked;
  };
  const needsHost = (code: string, looked: string, run: (known: KnownByHost) => Check[] | Promise<Check[]>): Look => ({
    ...{ code, looked, mostMs: greetMs + 1000 },
    run: () => (running ? run(running) : [about(code, looked).unchecked('No host is running.')]),
  });
  const one = (code: string, looked: string, run: Look['run'], mostMs = localMs): Look => ({
    code,
    looked,
    mostMs,
    run,
  });
  const isExchanger = running ? running.smtp !== null && isForOthers(running.smtp.address) : true;
  const { mail, queue, links, logins, home: files } = deps.problems;
  return [
    one(
      'configuration',
      'Configuration',
      async () => {
        const { findings } = await configurationOf(home, { dns: false });
        return checkKnown(findings, [...mail, ...queue, ...links, ...files]);
      },
      2 * localMs,
    ),
    needsHost('port-in', 'SMTP in', ({ smtp, outside }) => checkPortIn({ ...reach, smtp, outside })),
    one('open-relay', 'Open relay', () => checkOpenRelay(home, control.connection())),
    one('certificate', 'Certificates', () => checkCertificates(home, control.delivery(), nowMs)),
    one(
      'port-out',
      'Port 25 out',
      () => checkPortOut({ ...reach, control: control.delivery(), dns: dns() }),
      networkMs,
    ),
    one(
      'relay',
      'Relays',
      () =>
        checkRelays({
          ...reach,
          control: control.delivery(),
          book: running?.relays,
          loginProblems: logins,
          dns: dns(),
        }),
      networkMs,
    ),
    one(
      'dns',
      'DNS',
      () =>
        checkHostDns({
          texts: readControlTexts(join(home, 'control')),
          control: control.delivery(),
          dns: dns(),
          isExchanger,
        }),
      networkMs,
    ),
    needsHost('queue', 'Queue', known => checkQueue(known.queue, control.queue().queueLifetimeSec, nowMs)),
    needsHost('account', 'Accounts', ({ accounts }) => listed(checkAccounts(accounts, nowMs), 'account', 'Accounts')),
    one('disk', 'Disks', () => checkDisks(home, deps.owner.maildir)),
    one('clock', 'Clock', () => checkClock(home, nowMs, running?.shiftMs)),
  ];
}
