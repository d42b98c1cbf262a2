// The SMTP service (tcpserver with qmail-smtpd): listens, and gives every client a QmailConnection.
import type { AddressInfo, Socket } from 'node:net';
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerAuthenticationResponse,
  type SMTPServerSession,
} from 'smtp-server';
import type { AskAccess } from '../control/access.ts';
import type { Control } from '../control/control.ts';
import { type ConnectionCounter, type Crowd, createConnectionCounter } from '../lib/connection-limits.ts';
import { ownAddresses } from '../lib/own-addresses.ts';
import { createSlowDown, type SlowDown } from '../lib/slow-down.ts';
import { tcpEnvironment } from '../lib/tcp-environment.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { clientFrom, isTrusted } from './client.ts';
import { QmailConnection } from './smtp-connection.ts';
import { smtpServerOptions } from './smtp-options.ts';
import { noControls, type Reply } from './smtp-replies.ts';
import type { TlsFiles } from './tls-files.ts';
import type { ConnectionDeps, Visitor } from './visitor.ts';

/** Mail from the network, by SMTP (RFC 5321). */
export interface SmtpService {
  /** @throws UserError when the address cannot be bound; port 0 picks one */
  listen(address: string, port: number): Promise<{ address: string; port: number }>;
  /** Takes no more clients; messages under way are finished first, for ten seconds at most. */
  close(): Promise<void>;
}

/** What the service is made of; what is left out has the machine's own interfaces, and no DNS lists. */
export interface SmtpDeps extends Omit<ConnectionDeps, UsuallyLeftOut>, Partial<Pick<ConnectionDeps, UsuallyLeftOut>> {
  readonly access: AskAccess;
  /** The certificate now; undefined: STARTTLS is not offered. */
  readonly tls?: () => TlsFiles | undefined;
  /** Shared with other services that ask for the same passwords; default: its own. */
  readonly slowDown?: SlowDown;
}

type UsuallyLeftOut = 'ownAddresses' | 'unwanted';

const denied: Reply = { code: 554, text: 'sorry, mail is not taken from your address (#5.7.1)' };
const crowded: Readonly<Record<Crowd, Reply>> = {
  total: { code: 421, text: 'too many connections, try again later (#4.3.2)' },
  perAddress: { code: 421, text: 'too many connections from your address, try again later (#4.3.2)' },
  perMinute: { code: 421, text: 'you connect too often, try again later (#4.3.2)' },
};

/** Makes the service; nothing listens yet. */
export function createSmtpService(deps: SmtpDeps): SmtpService {
  const server = new QmailServer({ ownAddresses, unwanted: async () => undefined, ...deps });
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

type ServerDeps = ConnectionDeps & Pick<SmtpDeps, 'access' | 'tls' | 'slowDown'>;

class QmailServer extends SMTPServer {
  private readonly deps: ServerDeps;
  private readonly counter: ConnectionCounter;
  private readonly slowDown: SlowDown;
  private connectionCount = 0;
  private tls: TlsFiles | undefined;

  constructor(deps: ServerDeps) {
    super(smtpServerOptions());
    this.deps = deps;
    this.counter = createConnectionCounter(deps.clock);
    this.slowDown = deps.slowDown ?? createSlowDown(deps.clock);
  }

  override connect(socket: Socket): void {
    const control = this.controlFor(socket);
    if (!control) return;
    const connection = new QmailConnection(this, socket, this.meet(socket, control), {
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
      this.deps.log(`smtpd: alert: ${error instanceof Error ? error.message : error}`);
      socket.on('error', () => socket.destroy());
      socket.resume().end(`${noControls.code} ${noControls.text}\r\n`);
      return undefined;
    }
  }

  /** A new certificate is taken up with the next client. */
  private hasTls(): boolean {
    const tls = this.deps.tls?.();
    if (tls && tls !== this.tls) this.updateSecureContext({ ...tls });
    this.tls = tls;
    return tls !== undefined;
  }

  override onAuth(
    auth: SMTPServerAuthentication,
    session: SMTPServerSession,
    answer: (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void,
  ): void {
    const [username, password] = [auth.username ?? '', auth.password ?? ''];
    this.logIn(session.remoteAddress, username, password).then(
      right => answer(null, right ? { user: username } : {}),
      error => {
        this.deps.log(`smtpd: alert: unable to check a login: ${reasonOf(error)}`);
        answer(Object.assign(new Error('temporary authentication failure (#4.3.0)'), { responseCode: 454 }));
      },
    );
  }

  private async logIn(address: string, name: string, password: string): Promise<boolean> {
    await this.slowDown.wait(address);
    const right = (await this.deps.logIn?.(name, password)) ?? false;
    if (right) this.slowDown.succeeded(address);
    else this.slowDown.failed(address);
    return right;
  }

  private meet(socket: Socket, control: Control): Visitor {
    const number = ++this.connectionCount;
    const environment = tcpEnvironment(socket, control.me);
    const away = (turnedAway: Reply): Visitor => ({ number, environment, greetAtOnce: true, turnedAway });
    const access = this.deps.access(environment, control.relayClients);
    if (access.kind === 'denied') return away(denied);
    if (access.kind === 'unknown') {
      this.deps.log(`smtpd: alert: ${access.reason}`);
      return away(noControls);
    }
    const client = clientFrom(access.environment);
    const trusted = isTrusted(client);
    const leave = this.counter.enter(client.remoteIp, trusted, control.connectionLimits);
    if (typeof leave === 'string') return away(crowded[leave]);
    return { number, environment: access.environment, greetAtOnce: trusted, startTls: this.hasTls(), leave };
  }
}
