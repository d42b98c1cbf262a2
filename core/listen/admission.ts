// Whether a client that has connected may stay (tcpserver -x and -c): the access rules, the limits on connections, and the
// memory that is left.
import type { Socket } from 'node:net';
import type { CheckAccess } from '../control/access-rules.ts';
import type { ConnectionLimits, Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { type Environment, tcpEnvironment } from '../lib/net/tcp-environment.ts';
import { logWord } from '../lib/text/log-word.ts';
import type { AdmittedClient, DismissReason, Refusal } from './admitted-client.ts';
import type { BoundedLog } from './bounded-log.ts';
import { type Client, clientFrom } from './client.ts';
import { type ClientKind, clientKindOf } from './client-kind.ts';
import { connectionBytes, type Memory } from './client-memory.ts';
import { createConnectionSlots, type ReachedLimit } from './connection-slots.ts';
import { createDeadline } from './deadline.ts';

export interface AdmissionDeps {
  readonly clock: Clock;
  readonly access: CheckAccess;
  /** control/relayclients applies to the service. */
  readonly relays?: boolean;
  /** Only clients that a rule names are admitted. */
  readonly byRuleOnly?: boolean;
  readonly limits: (control: Control) => ConnectionLimits;
  /** How long a client may take to start what it came for. */
  readonly startLimitMs: (clientKind: ClientKind) => number;
  /** What counts as that, for the log: `message`. */
  readonly startedBy: string;
  /** Shared by all services. */
  readonly memory: Memory;
}

/** A client that has connected. */
export interface Arrival {
  readonly socket: Socket;
  readonly number: number;
  readonly control: Control;
  /** Its names as far as they were looked up. */
  readonly names: Environment;
  /** The host is working for the client, which waits. */
  readonly busy: () => boolean;
  readonly dismiss: (why: DismissReason) => void;
}

type Admitted = Omit<AdmittedClient, 'socket' | 'number' | 'implicitTls' | 'record'>;

/** @returns what decides about each client, and logs why one has to go */
export function createAdmission(deps: AdmissionDeps, log: BoundedLog): (arrival: Arrival) => Admitted | Refusal {
  const { clock } = deps;
  const slots = createConnectionSlots(clock);

  /** The client's environment with the variables of its rule, or why it is refused. */
  function environmentOf({ socket, number, control, names }: Arrival): { environment: Environment } | Refusal {
    const known = { ...tcpEnvironment(socket, control.me), ...names };
    const ip = known.TCPREMOTEIP ?? '';
    const access = deps.access(known, deps.relays ? control.relayClients : []);
    if (access.kind === 'unknown') {
      log(ip, `alert: ${number} from ${logWord(ip)} is turned away: ${access.reason}`);
      return { kind: 'unknown' };
    }
    if (access.kind === 'allowed' && (access.byRule || !deps.byRuleOnly)) return access;
    const why = access.kind === 'denied' ? 'control/tcp rules' : 'no rule of control/tcp allows it';
    log(ip, `deny ${number} ${logWord(ip)}: ${why}`);
    return { kind: 'denied' };
  }

  function takeSlot(arrival: Arrival, { remoteIp: ip }: Client, clientKind: ClientKind) {
    const { socket, number, control, busy } = arrival;
    const startLimitMs = deps.startLimitMs(clientKind);
    function dismiss(why: DismissReason): void {
      const tooLate = `no ${deps.startedBy} within ${startLimitMs / 1000} seconds`;
      log(ip, `dropped ${number} ${logWord(ip)}: ${why === 'timeLimit' ? tooLate : 'others need its place'}`);
      arrival.dismiss(why);
    }
    const bytes = (): number => socket.bytesRead;
    const newcomer = { ip, clientKind, busy, bytes, dismiss: () => dismiss('slotNeeded') };
    const entered = slots.enter(newcomer, deps.limits(control));
    if (typeof entered === 'string') return entered;
    const slot = entered;
    socket.once('close', slot.leave);
    const memory = deps.memory.of(clientKind);
    if (!memory.take(connectionBytes)) return 'memory';
    socket.once('close', memory.release);
    const { started, extend } = createDeadline(clock, startLimitMs, () => dismiss('timeLimit'));
    socket.once('close', started);
    function loggedIn(): void {
      started();
      slot.trust();
      memory.trust();
    }
    return { memory, progress: { started, extend, active: slot.progress, loggedIn } };
  }

  return function admit(arrival) {
    const { number, control } = arrival;
    const access = environmentOf(arrival);
    if (!('environment' in access)) return access;
    const { environment } = access;
    const client = clientFrom(environment);
    const clientKind = clientKindOf(client);
    const taken = takeSlot(arrival, client, clientKind);
    if (typeof taken !== 'string') return { control, environment, client, clientKind, ...taken };
    log(client.remoteIp, `deny ${number} ${logWord(client.remoteIp)}: ${limitTexts[taken]}`);
    return { kind: 'limit', limit: taken };
  };
}

const limitTexts: Readonly<Record<ReachedLimit | 'memory', string>> = {
  total: 'too many connections',
  perAddress: 'too many connections from this address',
  perMinute: 'too many connections from this address within a minute',
  memory: 'too much mail is coming in at once',
};
