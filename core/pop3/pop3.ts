// The POP3 service (tcpserver, qmail-popup, checkpassword and qmail-pop3d in one).
import type { Socket } from 'node:net';
import type { ConnectionLimits, Control } from '../control/control.ts';
import { nowSec } from '../lib/clock.ts';
import { reasonOf } from '../lib/user-error.ts';
import type { AdmittedClient } from '../listen/admitted-client.ts';
import { createMemory } from '../listen/client-memory.ts';
import { sayGoodbye } from '../listen/closing-sockets.ts';
import { createListener, type Listener, type ListenerDeps } from '../listen/listener.ts';
import { createLoginAttempts, type LoginAttempts } from '../listen/login-attempts.ts';
import type { SessionClient } from '../listen/session-client.ts';
import type { TlsFiles } from '../listen/tls-files.ts';
import { sessionEnd } from '../log-lines/session/session-end.ts';
import { sessionStart } from '../log-lines/session/session-start.ts';
import { type Authenticator, type SessionState, serveClient } from './session.ts';

/** The owner's mail by POP3 (RFC 1939). */
export interface Pop3Service {
  /** With TLS `implicit` it is POP3S; otherwise STLS is offered where there is a certificate. */
  readonly listen: Listener['listen'];
  /** Takes no more clients and drops the connected ones: without QUIT they have changed nothing. */
  close(): Promise<void>;
}

/** What the service needs. */
export interface Pop3Deps extends Pick<ListenerDeps, 'clock' | 'log' | 'access' | 'dialogues'> {
  readonly control: () => Control;
  readonly authenticator: Authenticator;
  /** The current certificate; undefined: there is none. */
  readonly tls: () => TlsFiles | undefined;
  /** Shared with other services that check the same passwords; default: separate. */
  readonly attempts?: LoginAttempts;
  /** Called when a client has logged in (turnmail). */
  readonly madeContact?: ((sessionClient: SessionClient) => void) | undefined;
  readonly limits?: ConnectionLimits;
  /** How long a client may be silent. Default qmail's 1200 seconds. */
  readonly idleMs?: number;
}

const usualLimits: ConnectionLimits = { total: 40, perAddress: 10, perMinute: 0 };
/** The time limit until the login. */
export const loginMs = 60_000;
const server = 'pop3d';
const crowded = '-ERR too many connections, try again later\r\n';
const late = '-ERR no login within a minute\r\n';

/** Makes the service; nothing listens yet. */
export function createPop3Service(deps: Pop3Deps): Pop3Service {
  const { clock, log, authenticator, limits = usualLimits, idleMs = 1_200_000 } = deps;
  const { attempts = createLoginAttempts(clock) } = deps;
  const listener = createListener({
    ...deps,
    service: server,
    protocol: 'POP3',
    limits: () => limits,
    startLimitMs: () => loginMs,
    startedBy: 'login',
    // Not shared: lines and replies are short, and mail is read from disk no faster than clients take it.
    memory: createMemory(),
    refusalText({ kind }, implicitTls) {
      return kind === 'limit' && !implicitTls ? crowded : undefined;
    },
    serve(admitted) {
      const { socket, number, client } = admitted;
      log(sessionStart.format({ server, number, from: client.remoteIp }));
      socket.once('close', () => log(sessionEnd.format({ server, number, exitCode: undefined })));
      const state = { current: socket as Socket | undefined, busy: false };
      void serve(admitted, state);
      return {
        end: () => socket.destroy(),
        dismiss(why) {
          state.current?.write(why === 'timeLimit' ? late : crowded);
          (state.current ?? socket).destroySoon();
        },
        busy: () => state.busy,
      };
    },
  });

  async function serve(
    { socket, number, environment, control: { me }, implicitTls, progress, record }: AdmittedClient,
    state: SessionState,
  ): Promise<void> {
    const stamp = `<${process.pid}.${number}.${nowSec(clock)}@${me}>`;
    try {
      const tls = deps.tls();
      if (implicitTls && !tls) throw new Error('tls/cert.pem and tls/key.pem cannot be used');
      function loggedIn(sessionClient: SessionClient): void {
        progress.loggedIn();
        deps.madeContact?.(sessionClient);
      }
      const session = { clock, log, authenticator, attempts, idleMs, me, tls, loggedIn, state };
      sayGoodbye(await serveClient(session, socket, { number, environment, stamp, record }, implicitTls), clock);
    } catch (error) {
      if (!socket.destroyed) log(`pop3d: warning: ${number}: ${reasonOf(error)}`);
      socket.destroy();
    }
  }

  return { listen: listener.listen, close: () => listener.close() };
}
