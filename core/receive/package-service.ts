// The QMTP and QMQP services of the host (tcpserver with qmail-qmtpd or qmail-qmqpd): listens, lets in whom the access
// rules let in, and gives each client a session of its own.
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { AskAccess } from '../control/access.ts';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import { createConnectionCounter } from '../lib/connection-limits.ts';
import type { LogLine } from '../lib/log.ts';
import { createNetstringReader } from '../lib/netstring.ts';
import type { Accept } from '../lib/paper-path.ts';
import { type Environment, tcpEnvironment } from '../lib/tcp-environment.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { clientFrom, isTrusted } from './client.ts';
import { logSafe } from './log-safe.ts';
import { writeTo } from './package-output.ts';
import { serveQmqp } from './qmqp-session.ts';
import { type QmtpSession, serveQmtp } from './qmtp-session.ts';

/** Mail from the network by QMTP or QMQP. */
export interface PackageService {
  /** @throws UserError when the address cannot be bound; port 0 picks one */
  listen(address: string, port: number): Promise<{ address: string; port: number }>;
  /** Takes no more clients. Messages that the queue has already are answered; others are not complete, and not queued. */
  close(): Promise<void>;
}

/** What a service is made of. */
export interface PackageDeps {
  readonly protocol: 'qmtp' | 'qmqp';
  /** The configuration now; a client keeps the one that it met. */
  readonly control: () => Control;
  readonly clock: Clock;
  readonly access: AskAccess;
  /** Where the messages of a client go: to the queue, or first to a filter that its environment names. */
  readonly accept: (environment: Environment) => Accept;
  readonly log: LogLine;
  /** Where large messages are kept until their envelopes are here. */
  readonly spoolDir: string;
}

/** No client stays longer (the alarm of qmail's programs). */
const longestMs = 3_600_000;

/** Makes the service; nothing listens yet. */
export function createPackageService(deps: PackageDeps): PackageService {
  const { protocol, clock } = deps;
  const log: LogLine = line => deps.log(`${protocol}d: ${line}`);
  const counter = createConnectionCounter(clock);
  const guests = new Set<Guest>();
  let clients = 0;
  let closing = false;

  // A client that has said all and closed its side still gets its answers.
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {});
    const number = ++clients;
    try {
      const control = deps.control();
      const environment = admit(socket, number, control);
      if (!environment) return void socket.destroy();
      const guest: Guest = { socket, number, working: 0 };
      void host(guest, openSession(guest, environment, control));
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      log(`alert: ${error.message}`);
      socket.destroy();
    }
  });
  server.on('error', error => log(`warning: ${reasonOf(error)}`));

  /** Undefined: the client has to go. */
  function admit(socket: Socket, number: number, control: Control): Environment | undefined {
    const known = tcpEnvironment(socket, control.me);
    const ip = known.TCPREMOTEIP ?? '';
    const deny = (why: string): undefined => void log(`deny ${number} ${logSafe(ip)}: ${why}`);
    const access = deps.access(known, protocol === 'qmtp' ? control.relayClients : []);
    if (access.kind === 'denied') return deny('control/tcp rules');
    if (access.kind === 'unknown') return deny(access.reason);
    const client = clientFrom(access.environment);
    // Whoever may use QMQP may send anywhere: without a rule that names them, only this machine itself.
    if (protocol === 'qmqp' && !access.byRule && !isLoopback(client.remoteIp))
      return deny('no rule of control/tcp.qmqp allows it');
    const entered = counter.enter(ip, isTrusted(client), control.connectionLimits);
    if (typeof entered === 'string') return deny(`too many connections (${entered})`);
    socket.once('close', entered);
    return access.environment;
  }

  function openSession(guest: Guest, environment: Environment, control: Control): QmtpSession {
    const { socket, number } = guest;
    const accept = deps.accept(environment);
    socket.setTimeout(control.timeoutSmtpdSec * 1000, () => {
      // A client that waits for the queue is not silent.
      if (guest.working === 0) socket.destroy();
    });
    return {
      input: createNetstringReader(socket.iterator({ destroyOnReturn: false })),
      write: writeTo(socket),
      client: clientFrom(environment),
      control,
      clock,
      async accept(source, envelope, invoker) {
        guest.working++;
        try {
          return await accept(source, envelope, invoker);
        } finally {
          guest.working--;
          // A client whose answer is on its way gets it.
          if (closing) setImmediate(() => socket.destroySoon());
        }
      },
      spoolDir: deps.spoolDir,
      log: line => log(`message ${number} ${line}`),
    };
  }

  async function host(guest: Guest, session: QmtpSession): Promise<void> {
    const { socket, number } = guest;
    guests.add(guest);
    log(`pid ${number} from ${logSafe(session.client.remoteIp)}`);
    const cancel = clock.after(longestMs, () => socket.destroy());
    try {
      const code = await (protocol === 'qmtp' ? serveQmtp(session) : serveQmqp(session));
      log(`end ${number} status ${code * 256}`);
    } catch (error) {
      log(`alert: ${number} ended by trouble here: ${reasonOf(error)}`);
    } finally {
      cancel();
      guests.delete(guest);
      socket.destroySoon();
    }
  }

  return {
    listen(address, port) {
      return new Promise((resolve, reject) => {
        const failed = (cause: Error): void => {
          const name = protocol.toUpperCase();
          reject(
            new UserError(`Unable to listen for ${name} on ${address} port ${port}: ${reasonOf(cause)}.`, { cause }),
          );
        };
        server.once('error', failed);
        server.listen({ host: address, port }, () => {
          server.off('error', failed);
          const bound = server.address() as AddressInfo;
          log(`listening on ${bound.address} port ${bound.port}`);
          resolve({ address: bound.address, port: bound.port });
        });
      });
    },
    close() {
      closing = true;
      for (const { socket, working } of guests) if (working === 0) socket.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
}

/** A client that was let in. */
interface Guest {
  readonly socket: Socket;
  readonly number: number;
  /** Messages that the queue has not answered yet. */
  working: number;
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}
