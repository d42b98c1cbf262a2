// The QMTP and QMQP services of the host (tcpserver with qmail-qmtpd or qmail-qmqpd).
import { connectionLimitsIn } from '../../control/control.ts';
import type { LogLine } from '../../lib/log.ts';
import { createNetstringReader } from '../../lib/net/netstring.ts';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { AdmittedClient, Session } from '../../listen/admitted-client.ts';
import { createMemory, type Memory } from '../../listen/client-memory.ts';
import { createListener, type Listener, type ListenerDeps } from '../../listen/listener.ts';
import type { SessionClient } from '../../listen/session-client.ts';
import { sessionEnd } from '../../log-lines/session/session-end.ts';
import { sessionMessage } from '../../log-lines/session/session-message.ts';
import { sessionStart } from '../../log-lines/session/session-start.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import { messageStartLimitMs } from '../fruitless-session.ts';
import { serveQmqp } from './qmqp-session.ts';
import { type QmtpSession, serveQmtp } from './qmtp-session.ts';
import { createReplyWriter } from './write-reply.ts';

/** Mail from the network by QMTP or QMQP. */
export interface PackageService {
  readonly listen: Listener['listen'];
  /** Takes no more clients. Messages that the queue has already are replied to; others are incomplete, and not queued. */
  close(): Promise<void>;
}

/** What a service needs. */
export interface PackageDeps extends Pick<ListenerDeps, 'control' | 'clock' | 'log' | 'access' | 'dialogues'> {
  readonly protocol: 'qmtp' | 'qmqp';
  /** Shared with other services; default: separate. */
  readonly memory?: Memory;
  /** Where the messages of a client go: to the queue, or to a filter that its environment names. */
  readonly accept: (environment: Environment) => Accept;
  /** Called when a session is over. */
  readonly madeContact?: ((sessionClient: SessionClient) => void) | undefined;
  /** Where large messages are kept until their envelopes are complete. */
  readonly spoolDir: string;
}

/** The longest session (the alarm of qmail's programs). */
const longestMs = 3_600_000;

/** Makes the service; nothing listens yet. */
export function createPackageService(deps: PackageDeps): PackageService {
  const { protocol, clock } = deps;
  const server = `${protocol}d`;
  const log: LogLine = line => deps.log(`${server}: ${line}`);
  let closing = false;
  const listener = createListener({
    ...deps,
    memory: deps.memory ?? createMemory(),
    service: server,
    protocol: protocol.toUpperCase(),
    // Every client that may use QMQP may send anywhere.
    relays: protocol === 'qmtp',
    byRuleOnly: protocol === 'qmqp',
    asksNames: true,
    limits: connectionLimitsIn,
    startLimitMs: messageStartLimitMs,
    startedBy: 'message',
    refusalText: () => undefined,
    serve,
  });

  function serve(admitted: AdmittedClient): Session {
    const { socket, number, environment, client, control, clientKind, memory, progress } = admitted;
    const accept = deps.accept(environment);
    /** Messages that wait for the queue's result. */
    let working = 0;
    socket.setTimeout(control.timeoutSmtpdSec * 1000, () => {
      // A client that waits for the queue is not silent.
      if (working === 0) socket.destroy();
    });
    void host(admitted, {
      input: createNetstringReader(socket.iterator({ destroyOnReturn: false })),
      write: createReplyWriter(socket),
      client,
      trusted: clientKind !== 'stranger',
      memory,
      progress,
      control,
      clock,
      async accept(source, envelope, invoker) {
        working++;
        try {
          return await accept(source, envelope, invoker);
        } finally {
          working--;
          // The reply is still sent.
          if (closing) setImmediate(() => socket.destroySoon());
        }
      },
      spoolDir: deps.spoolDir,
      alert: text => log(`message ${number} alert: ${text}`),
      queued: message => deps.log(sessionMessage.format({ server, number, ...message })),
    });
    return {
      end() {
        if (working === 0) socket.destroy();
      },
      dismiss: () => socket.destroy(),
      busy: () => working > 0,
    };
  }

  async function host({ socket, number }: AdmittedClient, session: QmtpSession): Promise<void> {
    deps.log(sessionStart.format({ server, number, from: session.client.remoteIp }));
    const cancel = clock.after(longestMs, () => socket.destroy());
    try {
      const exitCode = await (protocol === 'qmtp' ? serveQmtp(session) : serveQmqp(session));
      deps.log(sessionEnd.format({ server, number, exitCode }));
    } catch (error) {
      log(`alert: ${number} ended by a problem of this host: ${reasonOf(error)}`);
    } finally {
      cancel();
      socket.destroySoon();
      if (!closing) deps.madeContact?.({ ip: session.client.remoteIp });
    }
  }

  return {
    listen: listener.listen,
    close() {
      closing = true;
      return listener.close();
    },
  };
}
