// The POP3 service (tcpserver with qmail-popup, checkpassword and qmail-pop3d in one).
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import type { Login } from './commands.ts';
import { serveClient } from './connection.ts';
import { openMaildrop } from './maildrop.ts';

/** Mail to be fetched, by POP3 (RFC 1939). */
export interface Pop3Service {
  /** @throws UserError when the address cannot be bound; port 0 picks one */
  listen(address: string, port: number): Promise<{ address: string; port: number }>;
  /** Takes no more clients and drops the ones that are there: without QUIT they have changed nothing. */
  close(): Promise<void>;
}

/** What the service is made of. */
export interface Pop3Deps {
  readonly control: () => Control;
  readonly clock: Clock;
  readonly log: LogLine;
  /** Whose Maildir (an absolute path) name and password open; undefined: nobody's. */
  readonly authenticate: (name: string, password: string) => Promise<{ readonly maildir: string } | undefined>;
  /** Clients at the same time. Default 40. */
  readonly maxConnections?: number;
  /** How long a client may be silent. Default qmail's 1200 seconds. */
  readonly idleMs?: number;
}

/** Makes the service; nothing listens yet. */
export function createPop3Service(deps: Pop3Deps): Pop3Service {
  const { clock, log, maxConnections = 40, idleMs = 1_200_000 } = deps;
  const clients = new Set<Socket>();
  let count = 0;

  const server = createServer({ noDelay: true }, socket => {
    const number = ++count;
    clients.add(socket);
    log(`pop3d: pid ${number} from ${socket.remoteAddress ?? 'unknown'}`);
    socket.once('close', () => {
      clients.delete(socket);
      log(`pop3d: end ${number}`);
    });
    if (clients.size > maxConnections) {
      socket.on('error', () => socket.destroy());
      socket.end('-ERR too many connections, try again later\r\n');
      return;
    }
    // No <stamp> in the greeting: that would offer APOP.
    const greeting = `+OK ${deps.control().me} POP3`;
    serveClient(socket, greeting, loginFor(number), idleMs).catch(error => {
      if (!socket.destroyed) log(`pop3d: warning: ${number}: ${reasonOf(error)}`);
      socket.destroy();
    });
  });

  function loginFor(number: number): Login {
    return async (name, password) => {
      const shown = name.slice(0, 64).replace(/[^!-~]/g, '?');
      try {
        const user = await deps.authenticate(name, password);
        log(`pop3d: ${user ? 'login' : 'refused'} ${number} ${shown}`);
        return user && (await openDrop(user.maildir));
      } catch (error) {
        log(`pop3d: warning: ${number} ${shown}: ${reasonOf(error)}`);
        return 'temporary problem, try again later';
      }
    };
  }

  async function openDrop(maildir: string): ReturnType<Login> {
    try {
      return await openMaildrop(maildir, clock);
    } catch (error) {
      log(`pop3d: warning: unable to scan ${maildir}: ${reasonOf(error)}`);
      return 'unable to scan $HOME/Maildir';
    }
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
        for (const socket of clients) socket.destroy();
      });
    },
  };
}
