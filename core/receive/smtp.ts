// The SMTP service (tcpserver with qmail-smtpd): listens, and gives every client a QmailConnection.
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Control } from '../control/control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { ownAddresses } from '../lib/own-addresses.ts';
import type { Accept } from '../lib/paper-path.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { type ConnectionDeps, QmailConnection } from './smtp-connection.ts';

/** Mail from the network, by SMTP (RFC 5321). */
export interface SmtpService {
  /** @throws UserError when the address cannot be bound; port 0 picks one */
  listen(address: string, port: number): Promise<{ address: string; port: number }>;
  /** Takes no more clients; messages under way are finished first, for ten seconds at most. */
  close(): Promise<void>;
}

/** What the service is made of. */
export interface SmtpDeps {
  /** The configuration now; a client keeps the one that it met. */
  readonly control: () => Control;
  readonly clock: Clock;
  readonly accept: Accept;
  readonly log: LogLine;
  /** This machine's IP addresses; default: those of its interfaces. */
  readonly ownAddresses?: () => readonly string[];
  /** Clients at the same time; more are told to come back later. Default 100. */
  readonly maxConnections?: number;
}

const closeGraceMs = 10_000;
const disabledCommands = ['AUTH', 'STARTTLS', 'XCLIENT', 'XFORWARD', 'LHLO', 'WIZ', 'SHELL', 'KILL'];

/** Makes the service; nothing listens yet. */
export function createSmtpService(deps: SmtpDeps): SmtpService {
  const server = new QmailServer({ ownAddresses, maxConnections: 100, ...deps });
  server.on('error', error => deps.log(`smtpd: warning: ${reasonOf(error)}`));

  return {
    listen(address, port) {
      return new Promise((resolve, reject) => {
        const failed = (error: Error): void => {
          const reason = reasonOf(error);
          reject(new UserError(`Unable to listen for SMTP on ${address} port ${port}: ${reason}.`, { cause: error }));
        };
        server.server.once('error', failed);
        server.server.listen({ host: address, port }, () => {
          server.server.off('error', failed);
          const bound = server.server.address() as AddressInfo;
          deps.log(`smtpd: listening on ${bound.address} port ${bound.port}`);
          resolve({ address: bound.address, port: bound.port });
        });
      });
    },
    close() {
      return new Promise(resolve => {
        server.close(() => resolve());
        for (const connection of server.connections) (connection as QmailConnection).shutDown();
      });
    },
  };
}

class QmailServer extends SMTPServer {
  private readonly deps: ConnectionDeps;
  private connectionCount = 0;

  constructor(deps: ConnectionDeps) {
    super({
      logger: false,
      disableReverseLookup: true,
      disabledCommands,
      hideSTARTTLS: true,
      closeTimeout: closeGraceMs,
    });
    this.deps = deps;
  }

  override connect(socket: Socket): void {
    const control = this.controlFor(socket);
    if (!control) return;
    const connection = new QmailConnection(this, socket, ++this.connectionCount, {
      ...this.deps,
      control: () => control,
    });
    this.connections.add(connection);
    connection.on('error', error => this._onError(error));
    connection.init();
  }

  /** The configuration that the client will keep; without one it is told to come back. */
  private controlFor(socket: Socket): Control | undefined {
    try {
      return this.deps.control();
    } catch (error) {
      this.deps.log(`smtpd: alert: ${reasonOf(error)}`);
      socket.on('error', () => socket.destroy());
      socket.end('421 unable to read controls (#4.3.0)\r\n');
      return undefined;
    }
  }
}
