// The SMTP service (tcpserver with qmail-smtpd): a QmailConnection for each client that is admitted.
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerAuthenticationResponse,
  type SMTPServerSession,
} from 'smtp-server';
import { connectionLimitsIn } from '../../control/control.ts';
import { noRenegotiation } from '../../lib/net/no-renegotiation.ts';
import { ownAddresses } from '../../lib/net/own-addresses.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { AdmittedClient, Refusal, Session } from '../../listen/admitted-client.ts';
import { createMemory, type Memory } from '../../listen/client-memory.ts';
import type { ReachedLimit } from '../../listen/connection-slots.ts';
import { createListener, type Listener, type ListenerDeps } from '../../listen/listener.ts';
import { createLoginAttempts, type LoginAttempts } from '../../listen/login-attempts.ts';
import { loginSource } from '../../listen/login-source.ts';
import type { TlsFiles } from '../../listen/tls-files.ts';
import { messageStartLimitMs } from '../fruitless-session.ts';
import { QmailConnection } from './connection.ts';
import type { ConnectionDeps } from './connection-deps.ts';
import { smtpServerOptions } from './library.ts';
import { noControls, type Reply, tooLate } from './replies.ts';

/** Mail from the network, by SMTP (RFC 5321). */
export interface SmtpService {
  readonly listen: Listener['listen'];
  /** Takes no more clients; messages under way are finished first, within ten seconds. */
  close(): Promise<void>;
}

/** What the service needs; by default it has the machine's own addresses, and no DNS lists. */
export interface SmtpDeps extends Omit<ConnectionDeps, UsuallyLeftOut>, Partial<Pick<ConnectionDeps, UsuallyLeftOut>> {
  readonly access: ListenerDeps['access'];
  readonly identPort?: ListenerDeps['identPort'];
  readonly dialogues?: ListenerDeps['dialogues'];
  /** Shared with other services; default: separate. */
  readonly memory?: Memory;
  /** The current certificate; undefined: STARTTLS is not offered. */
  readonly tls?: () => TlsFiles | undefined;
  /** Whether clients are asked for certificates of their own within TLS; they may have none. */
  readonly asksCertificates?: () => boolean;
  /** Shared with other services that check the same passwords; default: separate. */
  readonly attempts?: LoginAttempts;
}

type UsuallyLeftOut = 'ownAddresses' | 'checkDnsLists' | 'stopping';

/** Messages under way get this time when the service stops. */
const closeGraceMs = 10_000;

const denied: Reply = { code: 554, text: 'sorry, mail is not taken from your address (#5.7.1)' };
const limitReplies: Readonly<Record<ReachedLimit | 'memory', Reply>> = {
  total: { code: 421, text: 'too many connections, try again later (#4.3.2)' },
  perAddress: { code: 421, text: 'too many connections from your address, try again later (#4.3.2)' },
  perMinute: { code: 421, text: 'you connect too often, try again later (#4.3.2)' },
  memory: { code: 421, text: 'too much mail is coming in at once, try again later (#4.3.1)' },
};

/** Makes the service; nothing listens yet. */
export function createSmtpService(deps: SmtpDeps): SmtpService {
  let stopping = false;
  const all = { ownAddresses, checkDnsLists: async () => undefined, ...deps, stopping: () => stopping };
  const server = new QmailServer(all);
  server.on('error', error => deps.log(`smtpd: warning: ${reasonOf(error)}`));
  const listener = createListener({
    ...deps,
    memory: deps.memory ?? createMemory(),
    service: 'smtpd',
    protocol: 'SMTP',
    relays: true,
    asksNames: true,
    limits: connectionLimitsIn,
    startLimitMs: messageStartLimitMs,
    startedBy: 'message',
    refusalText(refusal) {
      const { code, text } = replyTo(refusal);
      return `${code} ${text}\r\n`;
    },
    serve: guest => server.welcome(guest),
  });
  return {
    listen: listener.listen,
    close() {
      stopping = true;
      return listener.close(closeGraceMs);
    },
  };
}

function replyTo(refusal: Refusal): Reply {
  if (refusal.kind === 'limit') return limitReplies[refusal.limit];
  return refusal.kind === 'denied' ? denied : noControls;
}

type ServerDeps = ConnectionDeps & Pick<SmtpDeps, 'tls' | 'asksCertificates' | 'attempts'>;

class QmailServer extends SMTPServer {
  private readonly deps: ServerDeps;
  private readonly attempts: LoginAttempts;
  /** Sessions whose login is delayed because of wrong passwords: the host does not work for them, so others may get their slots. */
  private readonly putOff = new WeakSet<SMTPServerSession>();
  private tls: TlsFiles | undefined;
  private asksCertificates = false;

  constructor(deps: ServerDeps) {
    super(smtpServerOptions());
    this.deps = deps;
    this.attempts = deps.attempts ?? createLoginAttempts(deps.clock);
  }

  welcome({ socket, number, environment, clientKind, memory, progress, control, record }: AdmittedClient): Session {
    const trusted = clientKind !== 'stranger';
    const connected = {
      number,
      environment,
      greetAtOnce: trusted,
      trusted,
      memory,
      progress,
      startTls: this.hasTls(),
      record,
    };
    const connection = new QmailConnection(this, socket, connected, { ...this.deps, control: () => control });
    connection.on('error', error => this.emit('error', error));
    connection.init();
    return {
      end: () => connection.shutDown(),
      dismiss: why => connection.dismiss(why === 'timeLimit' ? tooLate : limitReplies.total),
      busy: () => connection.busy && !this.putOff.has(connection.session),
    };
  }

  /** A new certificate is used from the next client on. */
  private hasTls(): boolean {
    const tls = this.deps.tls?.();
    const requestCert = this.deps.asksCertificates?.() ?? false;
    if (tls && (tls !== this.tls || requestCert !== this.asksCertificates)) {
      this.updateSecureContext({ ...tls, requestCert, rejectUnauthorized: false, secureOptions: noRenegotiation });
    }
    this.tls = tls;
    this.asksCertificates = requestCert;
    return tls !== undefined;
  }

  override onAuth(
    auth: SMTPServerAuthentication,
    session: SMTPServerSession,
    answer: (error: Error | null | undefined, response?: SMTPServerAuthenticationResponse) => void,
  ): void {
    const [username, password] = [auth.username ?? '', auth.password ?? ''];
    this.logIn(session, username, password).then(
      right => answer(null, right ? { user: username } : {}),
      error => {
        this.deps.log(`smtpd: alert: unable to check a login: ${reasonOf(error)}`);
        answer(Object.assign(new Error('temporary authentication failure (#4.3.0)'), { responseCode: 454 }));
      },
    );
  }

  private async logIn(session: SMTPServerSession, name: string, password: string): Promise<boolean> {
    const { remoteAddress: remoteIp, remotePort, localAddress: localIp, localPort } = session;
    this.putOff.add(session);
    const attempt = await this.attempts.begin(await loginSource({ remoteIp, remotePort, localIp, localPort }), name);
    this.putOff.delete(session);
    try {
      const right = (await this.deps.logIn?.(name, password)) ?? false;
      if (right) attempt.succeeded();
      return right;
    } catch (error) {
      attempt.undecided();
      throw error;
    }
  }
}
