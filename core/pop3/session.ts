// One client of the POP3 service, from the greeting to the end.
import type { Socket } from 'node:net';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { isLoopback } from '../lib/net/network-of.ts';
import { type Environment, endsOf } from '../lib/net/tcp-environment.ts';
import { logWord } from '../lib/text/log-word.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { Attempt, LoginAttempts } from '../listen/login-attempts.ts';
import { loginSource } from '../listen/login-source.ts';
import type { SessionClient } from '../listen/session-client.ts';
import type { RecordSocket } from '../listen/session-recorder.ts';
import type { TlsFiles } from '../listen/tls-files.ts';
import { asText } from './checkpassword.ts';
import { createPopConnection, type PopConnection } from './connection.ts';
import { pop3d } from './pop3d.ts';
import { type Login, popup, type Verdict } from './popup.ts';
import { startTls } from './tls.ts';

/** A client that was admitted. */
export interface PopClient {
  /** Its number in the log. */
  readonly number: number;
  /** What is known about it, as tcpserver would set it. */
  readonly environment: Environment;
  /** For the greeting that offers APOP, with its brackets. */
  readonly stamp: string;
  /** To be called for TLS over the connection. */
  readonly record?: RecordSocket | undefined;
}

/** Checks logins and opens mailboxes. */
export interface Authenticator {
  /** APOP works for some name, so it is offered. */
  offersApop(): Promise<boolean>;
  /**
   * @param loggedIn called when the password was right, before the mailbox is served
   * @throws Error for a temporary problem: the client is told to try again later
   */
  login(...asked: [...Parameters<Login>, PopClient, loggedIn: () => void]): Promise<Verdict>;
}

/** The state of a session that its service needs. */
export interface SessionState {
  /** Where the client can be told something; undefined: TLS is just starting. */
  current: Socket | undefined;
  /** A password is being checked. */
  busy: boolean;
}

export interface SessionDeps {
  readonly clock: Clock;
  readonly log: LogLine;
  readonly authenticator: Authenticator;
  readonly attempts: LoginAttempts;
  readonly idleMs: number;
  /** For the greeting without APOP. */
  readonly me: string;
  /** Undefined: no TLS. */
  readonly tls: TlsFiles | undefined;
  /** Called when the client has logged in. */
  readonly loggedIn: (sessionClient: SessionClient) => void;
  readonly state: SessionState;
}

/** Wrong digests in one connection: a client that tries APOP first may then try its password. */
const apopTries = 2;

/**
 * Serves a client.
 * @param implicitTls TLS starts before anything is said
 * @returns the socket that is to be closed: within TLS it is not `plain`
 */
export async function serveClient(
  deps: SessionDeps,
  plain: Socket,
  client: PopClient,
  implicitTls: boolean,
): Promise<Socket> {
  const { log, authenticator, idleMs } = deps;
  const { number, stamp } = client;
  const apop = await authenticator.offersApop();
  let greeting: string | undefined = apop ? `+OK ${stamp}` : `+OK ${deps.me} POP3`;
  let socket = plain;
  let upgrade = implicitTls;
  for (;;) {
    if (upgrade && deps.tls) {
      deps.state.current = undefined;
      const secure = await startTls(socket, deps.tls, client.record);
      log(`pop3d: tls ${number} ${secure.getProtocol()}`);
      socket = secure;
    }
    const current = socket;
    deps.state.current = current;
    current.setTimeout(idleMs, () => current.destroy());
    const stls = deps.tls !== undefined && !upgrade;
    // Where TLS is offered, passwords in the clear are accepted from this machine only.
    const passwords = !stls || isLoopback(client.environment.TCPREMOTEIP ?? '');
    const capabilities = capabilitiesWith({ stls, passwords });
    const connection = createPopConnection(socket.iterator({ destroyOnReturn: false }), socket);
    const opened = await popup(connection, {
      greeting,
      apop,
      capabilities,
      stls,
      passwords,
      login: loginFor(deps, current, client),
    });
    if (opened === undefined) return socket;
    if (opened !== 'stls') {
      const summary = await pop3d(connection, opened, capabilities);
      if (summary) log(`pop3d: quit ${number} retrieved ${summary.retrieved} deleted ${summary.deleted}`);
      return socket;
    }
    // What came in the clear after STLS is dropped.
    await connection.release();
    greeting = undefined;
    upgrade = true;
  }
}

function capabilitiesWith({ stls, passwords }: { stls: boolean; passwords: boolean }): string {
  const always = ['TOP', 'UIDL', 'PIPELINING', 'EXPIRE NEVER'];
  return ['+OK ', ...(passwords ? ['USER'] : []), ...always, ...(stls ? ['STLS'] : []), '.'].join('\r\n');
}

function loginFor(deps: SessionDeps, socket: Socket, client: PopClient): Login {
  const { log, authenticator, attempts, loggedIn, state } = deps;
  const { number, environment } = client;
  let tries = 0;

  async function ask(attempt: Attempt, ...[claim, connection]: Parameters<Login>): Promise<Verdict> {
    const shown = logWord(claim.name.slice(0, 64));
    try {
      let isKnown = false;
      const verdict = await authenticator.login(claim, connection, client, () => {
        attempt.succeeded();
        if (!isKnown) loggedIn({ ip: environment.TCPREMOTEIP ?? '', login: asText(claim.name) });
        isKnown = true;
      });
      if (verdict.kind === 'refused') log(`pop3d: refused ${number} ${shown}: ${verdict.text}`);
      else {
        attempt.succeeded();
        log(`pop3d: login ${number} ${shown}`);
      }
      return verdict;
    } catch (error) {
      attempt.undecided();
      log(`pop3d: warning: ${number} ${shown}: ${reasonOf(error)}`);
      return { kind: 'refused', text: 'temporary problem, try again later' };
    }
  }

  return async (claim, connection: PopConnection) => {
    // While a login is delayed because of wrong passwords, the session is not busy: others may get its slot.
    const attempt = await attempts.begin(await loginSource(endsOf(environment)), claim.name);
    if (socket.destroyed) return { kind: 'served' };
    state.busy = true;
    const verdict = await ask(attempt, claim, connection);
    state.busy = false;
    if (verdict.kind !== 'refused') return verdict;
    return claim.how === 'apop' ? { ...verdict, again: ++tries < apopTries } : verdict;
  };
}
