// The POP3 service (tcpserver with qmail-popup, checkpassword and qmail-pop3d in one).
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { AskAccess } from '../control/access.ts';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import { type ConnectionLimits, createConnectionCounter } from '../lib/connection-limits.ts';
import type { LogLine } from '../lib/log.ts';
import { createSlowDown, type SlowDown } from '../lib/slow-down.ts';
import { type Environment, tcpEnvironment } from '../lib/tcp-environment.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import type { TlsFiles } from './tls.ts';
import { type Doorkeeper, type PopClient, serveClient } from './visit.ts';

/** Mail to be fetched, by POP3 (RFC 1939). */
export interface Pop3Service {
  /**
   * @param tls `first`: TLS before anything else (POP3S); else STLS is offered where there is a certificate
   * @throws UserError when the address cannot be bound; port 0 picks one
   */
  listen(address: string, port: number, tls?: 'first'): Promise<{ address: string; port: number }>;
  /** Takes no more clients and drops the ones that are there: without QUIT they have changed nothing. */
  close(): Promise<void>;
}

/** What the service is made of. */
export interface Pop3Deps {
  readonly control: () => Control;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly doorkeeper: Doorkeeper;
  /** The rules of control/tcp.pop3. */
  readonly access: AskAccess;
  /** The certificate now; undefined: there is none. */
  readonly tls: () => TlsFiles | undefined;
  /** Shared with other services that ask for the same passwords; default: its own. */
  readonly slowDown?: SlowDown;
  readonly limits?: ConnectionLimits;
  /** How long a client may be silent. Default qmail's 1200 seconds. */
  readonly idleMs?: number;
}

const usualLimits: ConnectionLimits = { total: 40, perAddress: 20, perMinute: 0 };
/** How long a client may take to close its side once it has been sent everything. */
const goodbyeMs = 10_000;

/** Makes the service; nothing listens yet. */
export function createPop3Service(deps: Pop3Deps): Pop3Service {
  const { clock, log, doorkeeper, limits = usualLimits, idleMs = 1_200_000 } = deps;
  const { slowDown = createSlowDown(clock) } = deps;
  const clients = new Set<Socket>();
  const counter = createConnectionCounter(clock);
  const servers: ReturnType<typeof createServer>[] = [];
  let count = 0;

  function welcome(socket: Socket, tlsFirst: boolean): void {
    const number = ++count;
    const { me } = deps.control();
    const known = tcpEnvironment(socket, me);
    const ip = known.TCPREMOTEIP ?? '';
    clients.add(socket);
    socket.on('error', () => socket.destroy()).once('close', () => clients.delete(socket));
    const access = deps.access(known);
    if (access.kind !== 'allowed') {
      log(`pop3d: deny ${number} ${ip}: ${access.kind === 'denied' ? 'control/tcp rules' : access.reason}`);
      socket.destroy();
      return;
    }
    const entered = counter.enter(ip, false, limits);
    if (typeof entered === 'string') {
      log(`pop3d: deny ${number} ${ip}: too many connections (${entered})`);
      if (!tlsFirst) socket.write('-ERR too many connections, try again later\r\n');
      sayGoodbye(socket);
      return;
    }
    log(`pop3d: pid ${number} from ${ip}`);
    socket.once('close', () => {
      entered();
      log(`pop3d: end ${number}`);
    });
    void serve(socket, clientFrom(number, access.environment, me), tlsFirst);
  }

  function clientFrom(number: number, environment: Environment, me: string): PopClient {
    return { number, environment, stamp: `<${process.pid}.${number}.${nowSec(clock)}@${me}>` };
  }

  async function serve(socket: Socket, client: PopClient, tlsFirst: boolean): Promise<void> {
    const { me } = deps.control();
    try {
      const tls = deps.tls();
      if (tlsFirst && !tls) throw new Error('tls/cert.pem and tls/key.pem cannot be used');
      const visit = { clock, log, doorkeeper, slowDown, idleMs, me, tls };
      sayGoodbye(await serveClient(visit, socket, client, tlsFirst));
    } catch (error) {
      if (!socket.destroyed) log(`pop3d: warning: ${client.number}: ${reasonOf(error)}`);
      socket.destroy();
    }
  }

  /** What was written still goes out, and what the client sends meanwhile is read: closing on unread bytes would cut it off. */
  function sayGoodbye(socket: Socket): void {
    if (socket.destroyed) return;
    socket.resume();
    socket.end(() => {
      const cancel = clock.after(goodbyeMs, () => socket.destroy());
      socket.once('close', cancel);
    });
  }

  return {
    listen(address, port, tls) {
      // A client that sends all its commands and then shuts its side still gets the answers.
      const options = { noDelay: true, allowHalfOpen: true };
      const server = createServer(options, socket => welcome(socket, tls === 'first'));
      servers.push(server);
      return new Promise((resolve, reject) => {
        server.once('error', cause => {
          reject(new UserError(`Unable to listen for POP3 on ${address} port ${port}: ${reasonOf(cause)}.`, { cause }));
        });
        server.listen({ host: address, port }, () => {
          server.removeAllListeners('error');
          server.on('error', error => log(`pop3d: warning: ${reasonOf(error)}`));
          const bound = server.address() as AddressInfo;
          log(`pop3d: listening on ${bound.address} port ${bound.port}`);
          resolve({ address: bound.address, port: bound.port });
        });
      });
    },
    async close() {
      const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
      for (const socket of clients) socket.destroy();
      await Promise.all(closed);
    },
  };
}
