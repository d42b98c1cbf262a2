// What all services of the host have in common (tcpserver's part): a listener binds the addresses, lets in the clients that
// the access rules and the limits let in, each with what is known of it, and ends all of them when the service stops.
import { createServer, type Server, type Socket } from 'node:net';
import type { CheckAccess } from '../control/access-rules.ts';
import type { ConnectionLimits, Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { openDns, perServers } from '../lib/net/dns.ts';
import { type Environment, tcpEnvironment } from '../lib/net/tcp-environment.ts';
import { logWord } from '../lib/text/log-word.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { bind, type ListenOn } from '../ucspi/bind.ts';
import { clientNames } from '../ucspi/tcp-names.ts';
import { createBoundedLog } from './bounded-log.ts';
import { type Client, clientFrom } from './client.ts';
import { type ClientKind, clientKindOf } from './client-kind.ts';
import { type ClientMemory, connectionBytes, type Memory } from './client-memory.ts';
import { createConnectionSlots, type ReachedLimit, type Slot } from './connection-slots.ts';
import { createDeadline } from './deadline.ts';
import type { SessionProgress } from './session-progress.ts';
import { createSessionRecorder, type RecordSocket } from './session-recorder.ts';

/** A client that was let in. */
export interface AdmittedClient {
  readonly socket: Socket;
  /** What the log calls the connection, where tcpserver writes a process id. */
  readonly number: number;
  /** The configuration as it was when the client came. */
  readonly control: Control;
  /** All that is known of the client, the variables of its rule included. */
  readonly environment: Environment;
  readonly client: Client;
  readonly clientKind: ClientKind;
  /** To be told how the client gets on. */
  readonly progress: SessionProgress;
  /** What the client may take of the memory of all. */
  readonly memory: ClientMemory;
  /** The address that it came to has TLS from the beginning. */
  readonly implicitTls: boolean;
  /** To be called for TLS that is put over the socket; undefined: the client's rule does not say RECORDIO="1". */
  readonly record: RecordSocket | undefined;
}

/** Why a client is turned away before anything is said. */
export type Refusal =
  /** A rule is against it, or none is for it. */
  | { readonly kind: 'denied' }
  /** The host's own files cannot be read. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'crowded'; readonly crowd: ReachedLimit | 'memory' };

/** A client's session, as the service has it. */
export interface Session {
  /** The service stops: ends the session as soon as it may end. */
  end(): void;
  /** Says why and ends it: the client's time is over, or others need its place. */
  dismiss(why: 'late' | 'crowded'): void;
  /** The host is at work for the client, who waits. */
  busy(): boolean;
}

/** What a listener is made of. */
export interface ListenerDeps {
  /** The service in the log: `smtpd`. */
  readonly service: string;
  /** The protocol in errors: `SMTP`. */
  readonly protocol: string;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly access: CheckAccess;
  /** control/relayclients counts here. */
  readonly relays?: boolean;
  /** Only those whom a rule names come in. */
  readonly byRuleOnly?: boolean;
  /** Where whole dialogues go, of clients whose rule says RECORDIO="1"; undefined: nowhere. */
  readonly dialogues?: LogLine | undefined;
  /** control/tcpremotehost and control/tcpremoteinfo count here. */
  readonly asksNames?: boolean;
  /** For tests: where ident servers listen. */
  readonly identPort?: number;
  readonly limits: (control: Control) => ConnectionLimits;
  /** How long a client may take until it has begun what it came for. */
  readonly startLimitMs: (clientKind: ClientKind) => number;
  /** What it has not begun by then: `message`. */
  readonly startedBy: string;
  /** Of all services together. */
  readonly memory: Memory;
  /** What a client that is turned away gets to read; undefined: nothing. */
  readonly farewell: (refusal: Refusal, implicitTls: boolean) => string | undefined;
  readonly serve: (guest: AdmittedClient) => Session;
}

/** Listens on any number of addresses, whose clients count together. */
export interface Listener {
  /**
   * @param tls `first`: clients begin with TLS
   * @throws UserError when the address cannot be bound
   */
  listen(on: ListenOn, tls?: 'implicit'): Promise<ListenOn>;
  /** Takes no more clients, and waits for the sessions to end. @param graceMs after this they are cut off */
  close(graceMs?: number): Promise<void>;
}

/** How long a client may take to close its side once it has been sent everything. */
const goodbyeMs = 10_000;
/** The same for one that was turned away or dismissed, of whom so many may still be told why. */
const awayMs = 1000;
const mostAway = 100;
/** Clients whose names are asked for at the same time. */
const mostAsking = 100;

/** Makes the listener; nothing listens yet. */
export function createListener(deps: ListenerDeps): Listener {
  const { clock, access: ask } = deps;
  const log: LogLine = line => deps.log(`${deps.service}: ${line}`);
  const tell = createBoundedLog(clock, log);
  const places = createConnectionSlots(clock);
  const servers: Server[] = [];
  /** Every socket that is open, and how its session is ended. */
  const sessions = new Map<Socket, Session>();
  const dnsOf = perServers(servers => openDns(servers, { timeout: 2000, tries: 2 }));
  let count = 0;
  let away = 0;
  let asking = 0;

  function meet(socket: Socket, implicitTls: boolean): void {
    const number = ++count;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sessions.delete(socket));
    sessions.set(socket, notServed(socket));
    const control = controlNow(socket);
    const asked = control && namesOf(socket, control);
    if (!control || !asked) welcome(socket, number, implicitTls, control, {});
    else void asked.then(names => socket.destroyed || welcome(socket, number, implicitTls, control, names));
  }

  /** Undefined: nobody is to be asked, or too many are being asked about already, for whom a slow server makes others wait. */
  function namesOf(socket: Socket, control: Control): Promise<Environment> | undefined {
    const { clientNames: wanted } = control;
    if (!deps.asksNames || wanted.hostSec + wanted.infoSec === 0 || asking >= mostAsking) return undefined;
    asking++;
    return Promise.resolve()
      .then(() => clientNames(socket, wanted, dnsOf(control.resolvers), deps.identPort))
      .catch(error => {
        tell(socket.remoteAddress ?? '', `alert: clients' names are not asked for: ${reasonOf(error)}`);
        return {};
      })
      .finally(() => asking--);
  }

  function welcome(
    socket: Socket,
    number: number,
    implicitTls: boolean,
    control: Control | undefined,
    names: Environment,
  ): void {
    try {
      const met = control ? admit(socket, number, control, names) : ({ kind: 'unknown' } as const);
      if ('kind' in met) turnAway(socket, deps.farewell(met, implicitTls));
      else {
        const record =
          deps.dialogues && met.environment.RECORDIO === '1'
            ? createSessionRecorder(`${deps.service} ${number}`, deps.dialogues)
            : undefined;
        record?.(socket);
        sessions.set(socket, deps.serve({ socket, number, implicitTls, record, ...met }));
      }
    } catch (error) {
      log(`alert: ${number} ended by trouble here: ${reasonOf(error)}`);
      socket.destroy();
    }
  }

  function turnAway(socket: Socket, text: string | undefined): void {
    if (text !== undefined) socket.write(text);
    socket.resume().end();
    closeSoon(socket);
  }

  /** They have no places: of a crowd that stays nevertheless nobody may hold the descriptors. */
  function closeSoon(socket: Socket): void {
    if (socket.destroyed) return;
    if (away >= mostAway) return void socket.destroy();
    away++;
    const cancel = clock.after(awayMs, () => socket.destroy());
    socket.once('close', () => {
      away--;
      cancel();
    });
  }

  /** What is known of a client that may progress; else why it has to go, which is logged. */
  function admit(
    socket: Socket,
    number: number,
    control: Control,
    names: Environment,
  ): Omit<AdmittedClient, 'socket' | 'number' | 'implicitTls' | 'record'> | Refusal {
    const known = { ...tcpEnvironment(socket, control.me), ...names };
    const ip = known.TCPREMOTEIP ?? '';
    const deny = (why: string): void => tell(ip, `deny ${number} ${logWord(ip)}: ${why}`);
    const access = ask(known, deps.relays ? control.relayClients : []);
    if (access.kind === 'unknown') {
      tell(ip, `alert: ${number} from ${logWord(ip)} is turned away: ${access.reason}`);
      return { kind: 'unknown' };
    }
    if (access.kind === 'denied') {
      deny('control/tcp rules');
      return { kind: 'denied' };
    }
    const { environment, byRule } = access;
    const client = clientFrom(environment);
    if (deps.byRuleOnly && !byRule) {
      deny('no rule of control/tcp allows it');
      return { kind: 'denied' };
    }
    const clientKind = clientKindOf(client);
    const dismiss = (why: 'late' | 'crowded'): void => {
      const firstSec = deps.startLimitMs(clientKind) / 1000;
      const words = why === 'late' ? `no ${deps.startedBy} within ${firstSec} seconds` : 'others need its place';
      tell(client.remoteIp, `dropped ${number} ${logWord(client.remoteIp)}: ${words}`);
      sessions.get(socket)?.dismiss(why);
      closeSoon(socket);
    };
    const busy = (): boolean => sessions.get(socket)?.busy() ?? true;
    const bytes = (): number => socket.bytesRead;
    const newcomer = { ip: client.remoteIp, clientKind, busy, bytes, dismiss: () => dismiss('crowded') };
    const place = places.enter(newcomer, deps.limits(control));
    if (typeof place === 'string') {
      deny(crowds[place]);
      return { kind: 'crowded', crowd: place };
    }
    socket.once('close', place.leave);
    const memory = deps.memory.of(clientKind);
    if (!memory.take(connectionBytes)) {
      deny(crowds.memory);
      return { kind: 'crowded', crowd: 'memory' };
    }
    socket.once('close', memory.release);
    const progress = stayAt(place, memory, socket, deps.startLimitMs(clientKind), () => dismiss('late'));
    return { control, environment, client, clientKind, memory, progress };
  }

  function stayAt(place: Slot, memory: ClientMemory, socket: Socket, ms: number, late: () => void): SessionProgress {
    const { started, extend } = createDeadline(clock, ms, late);
    socket.once('close', started);
    return {
      started,
      extend,
      active: place.progress,
      loggedIn() {
        started();
        place.trust();
        memory.trust();
      },
    };
  }

  function controlNow({ remoteAddress = '' }: Socket): Control | undefined {
    try {
      return deps.control();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      tell(remoteAddress, `alert: ${error.message}`);
      return undefined;
    }
  }

  return {
    async listen(on, tls) {
      // A client that has said all and shut its side still gets its answers.
      const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => meet(socket, tls === 'implicit'));
      servers.push(server);
      const bound = await bind(server, on).catch(cause => {
        const where = `${on.address} port ${on.port}`;
        throw new UserError(`Unable to listen for ${deps.protocol} on ${where}: ${reasonOf(cause)}.`, { cause });
      });
      server.on('error', error => log(`warning: ${reasonOf(error)}`));
      log(`listening on ${bound.address} port ${bound.port}`);
      return { address: bound.address, port: bound.port };
    },
    async close(graceMs) {
      const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
      for (const session of [...sessions.values()]) session.end();
      const cancel =
        graceMs === undefined
          ? undefined
          : clock.after(graceMs, () => {
              for (const socket of [...sessions.keys()]) socket.destroy();
            });
      await Promise.all(closed);
      cancel?.();
    },
  };
}

/** One that is turned away, or is not served yet. */
function notServed(socket: Socket): Session {
  return { end: () => socket.destroy(), dismiss: () => socket.destroy(), busy: () => false };
}

const crowds: Readonly<Record<ReachedLimit | 'memory', string>> = {
  total: 'too many connections',
  perAddress: 'too many connections from this address',
  perMinute: 'too many connections from this address within a minute',
  memory: 'too much mail is coming in at once',
};

/** What was written still goes out, and what the client sends meanwhile is read: closing on unread bytes would cut it off. */
export function sayGoodbye(socket: Socket, clock: Clock): void {
  if (socket.destroyed) return;
  socket.resume();
  socket.end(() => {
    const cancel = clock.after(goodbyeMs, () => socket.destroy());
    socket.once('close', cancel);
  });
}
