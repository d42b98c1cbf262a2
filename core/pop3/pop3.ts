// The POP3 service (tcpserver with qmail-popup, checkpassword and qmail-pop3d in one).
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Control } from '../control/control.ts';
import { type Clock, nowSec } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { pop3d } from './pop3d.ts';
import { type Login, popup, type Verdict } from './popup.ts';
import { createSlowDown } from './slow-down.ts';
import { createWire } from './wire.ts';

/** Mail to be fetched, by POP3 (RFC 1939). */
export interface Pop3Service {
  /** @throws UserError when the address cannot be bound; port 0 picks one */
  listen(address: string, port: number): Promise<{ address: string; port: number }>;
  /** Takes no more clients and drops the ones that are there: without QUIT they have changed nothing. */
  close(): Promise<void>;
}

/** Who is asked for a mailbox. */
export interface PopClient {
  /** Remote and local end of the connection. */
  readonly remote: { readonly address: string; readonly port: number };
  readonly local: { readonly address: string; readonly port: number };
  /** The stamp in the greeting, if there is one, with its brackets. */
  readonly stamp: string;
}

/** Opens mailboxes. */
export interface Doorkeeper {
  /** APOP can work for some name: only then it is offered. */
  offersApop(): Promise<boolean>;
  /** @throws Error for trouble that will pass: the client is told to come back */
  login(...asked: [...Parameters<Login>, PopClient]): Promise<Verdict>;
}

/** What the service is made of. */
export interface Pop3Deps {
  readonly control: () => Control;
  readonly clock: Clock;
  readonly log: LogLine;
  readonly doorkeeper: Doorkeeper;
  /** Clients at the same time. Default 40. */
  readonly maxConnections?: number;
  /** Clients at the same time from one address. Default 20. */
  readonly maxPerAddress?: number;
  /** How long a client may be silent. Default qmail's 1200 seconds. */
  readonly idleMs?: number;
}

const capabilities = '+OK \r\nUSER\r\nTOP\r\nUIDL\r\nPIPELINING\r\nEXPIRE NEVER\r\n.';
/** Wrong digests in one connection: a client that tries APOP first may then try its password. */
const apopTries = 2;
/** How long a client may take to close its side once it has been sent everything. */
const goodbyeMs = 10_000;

/** Makes the service; nothing listens yet. */
export function createPop3Service(deps: Pop3Deps): Pop3Service {
  const { clock, log, maxConnections = 40, maxPerAddress = 20, idleMs = 1_200_000 } = deps;
  const clients = new Map<Socket, string>();
  const slowDown = createSlowDown(clock);
  let count = 0;

  // A client that sends all its commands and then shuts its side still gets the answers.
  const server = createServer({ noDelay: true, allowHalfOpen: true }, socket => {
    const number = ++count;
    const from = socket.remoteAddress ?? 'unknown';
    clients.set(socket, from);
    log(`pop3d: pid ${number} from ${from}`);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      clients.delete(socket);
      log(`pop3d: end ${number}`);
    });
    const fromThere = [...clients.values()].filter(address => address === from).length;
    if (clients.size > maxConnections || fromThere > maxPerAddress) {
      socket.write('-ERR too many connections, try again later\r\n');
      sayGoodbye(socket);
      return;
    }
    socket.setTimeout(idleMs, () => socket.destroy());
    serve(socket, number)
      .catch(error => {
        if (!socket.destroyed) log(`pop3d: warning: ${number}: ${reasonOf(error)}`);
        socket.destroy();
      })
      .finally(() => sayGoodbye(socket));
  });

  /** What was written still goes out, and what the client sends meanwhile is read: closing on unread bytes would cut it off. */
  function sayGoodbye(socket: Socket): void {
    if (socket.destroyed) return;
    socket.resume();
    socket.end(() => {
      const cancel = clock.after(goodbyeMs, () => socket.destroy());
      socket.once('close', cancel);
    });
  }

  async function serve(socket: Socket, number: number): Promise<void> {
    const client = clientOf(socket, number);
    const apop = await deps.doorkeeper.offersApop();
    const greeting = apop ? `+OK ${client.stamp}` : `+OK ${deps.control().me} POP3`;
    const wire = createWire(socket.iterator({ destroyOnReturn: false }), socket);
    const drop = await popup(wire, { greeting, apop, capabilities, login: loginFor(socket, number, client) });
    if (!drop) return;
    const visit = await pop3d(wire, drop, capabilities);
    if (visit) log(`pop3d: quit ${number} retrieved ${visit.retrieved} deleted ${visit.deleted}`);
  }

  function clientOf(socket: Socket, number: number): PopClient {
    const { remoteAddress = 'unknown', remotePort = 0, localAddress = 'unknown', localPort = 0 } = socket;
    return {
      remote: { address: remoteAddress, port: remotePort },
      local: { address: localAddress, port: localPort },
      stamp: `<${process.pid}.${number}.${nowSec(clock)}@${deps.control().me}>`,
    };
  }

  function loginFor(socket: Socket, number: number, client: PopClient): Login {
    const from = client.remote.address;
    let tries = 0;
    return async (claim, wire) => {
      await pause(slowDown.waitMs(from));
      if (socket.destroyed) return { kind: 'served' };
      const shown = claim.name.slice(0, 64).replace(/[^!-~]/g, '?');
      try {
        const verdict = await deps.doorkeeper.login(claim, wire, client);
        const refused = verdict.kind === 'refused';
        log(`pop3d: ${refused ? 'refused' : 'login'} ${number} ${shown}${refused ? `: ${verdict.text}` : ''}`);
        if (refused) slowDown.failed(from);
        else slowDown.succeeded(from);
        return refused && claim.how === 'apop' ? { ...verdict, again: ++tries < apopTries } : verdict;
      } catch (error) {
        log(`pop3d: warning: ${number} ${shown}: ${reasonOf(error)}`);
        return { kind: 'refused', text: 'temporary problem, try again later' };
      }
    };
  }

  function pause(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : new Promise(resolve => clock.after(ms, resolve));
  }

  return {
    listen(address, port) {
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
    close() {
      return new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of clients.keys()) socket.destroy();
      });
    },
  };
}
