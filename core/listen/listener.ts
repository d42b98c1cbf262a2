// What all services of the host have in common (tcpserver): a listener binds addresses, admits clients, gives each a session
// of its service, and ends all sessions when the service stops.
import { createServer, type Server, type Socket } from 'node:net';
import type { Control } from '../control/control.ts';
import type { LogLine } from '../lib/log.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';
import { bind, type ListenOn } from '../ucspi/bind.ts';
import { type AdmissionDeps, createAdmission } from './admission.ts';
import type { AdmittedClient, Refusal, Session } from './admitted-client.ts';
import { createBoundedLog } from './bounded-log.ts';
import { createClientLookup } from './client-lookup.ts';
import { createClosingSockets } from './closing-sockets.ts';
import { createSessionRecorder } from './session-recorder.ts';

export interface ListenerDeps extends AdmissionDeps {
  /** The service in the log: `smtpd`. */
  readonly service: string;
  /** The protocol in errors: `SMTP`. */
  readonly protocol: string;
  readonly control: () => Control;
  readonly log: LogLine;
  /** Where sessions are recorded of clients whose rule says RECORDIO="1"; undefined: nowhere. */
  readonly dialogues?: LogLine | undefined;
  /** control/tcpremotehost and control/tcpremoteinfo apply to the service. */
  readonly asksNames?: boolean;
  /** For tests: the port of ident servers. */
  readonly identPort?: number;
  /** The reply to a client that is refused; undefined: none. */
  readonly refusalText: (refusal: Refusal, implicitTls: boolean) => string | undefined;
  readonly serve: (client: AdmittedClient) => Session;
}

/** Listens on any number of addresses; limits count the clients of all of them together. */
export interface Listener {
  /**
   * @param tls `implicit`: clients start with TLS
   * @throws UserError when the address cannot be bound
   */
  listen(on: ListenOn, tls?: 'implicit'): Promise<ListenOn>;
  /** Takes no more clients, and waits until the sessions have ended. @param graceMs after this they are cut off */
  close(graceMs?: number): Promise<void>;
}

/** Makes the listener; nothing listens yet. */
export function createListener(deps: ListenerDeps): Listener {
  const { clock, service } = deps;
  const log: LogLine = line => deps.log(`${service}: ${line}`);
  const boundedLog = createBoundedLog(clock, log);
  const admit = createAdmission(deps, boundedLog);
  const lookUp = createClientLookup(boundedLog, deps.identPort);
  const closeSoon = createClosingSockets(clock);
  const servers: Server[] = [];
  /** Every open socket with its session. */
  const sessions = new Map<Socket, Session>();
  let count = 0;

  function connected(socket: Socket, implicitTls: boolean): void {
    const number = ++count;
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sessions.delete(socket));
    sessions.set(socket, withoutSession(socket));
    const control = controlFor(socket);
    const names = control && deps.asksNames ? lookUp(socket, control) : undefined;
    if (!control) turnAway(socket, { kind: 'unknown' }, implicitTls);
    else if (!names) serve(socket, number, implicitTls, control, {});
    else void names.then(found => socket.destroyed || serve(socket, number, implicitTls, control, found));
  }

  function controlFor({ remoteAddress = '' }: Socket): Control | undefined {
    try {
      return deps.control();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      boundedLog(remoteAddress, `alert: ${error.message}`);
      return undefined;
    }
  }

  function serve(socket: Socket, number: number, implicitTls: boolean, control: Control, names: Environment): void {
    try {
      const admitted = admit({
        ...{ socket, number, control, names },
        busy: () => sessions.get(socket)?.busy() ?? true,
        dismiss(why) {
          sessions.get(socket)?.dismiss(why);
          closeSoon(socket);
        },
      });
      if ('kind' in admitted) {
        turnAway(socket, admitted, implicitTls);
        return;
      }
      const recordTo = admitted.environment.RECORDIO === '1' ? deps.dialogues : undefined;
      const record = recordTo && createSessionRecorder(`${service} ${number}`, recordTo);
      record?.(socket);
      sessions.set(socket, deps.serve({ socket, number, implicitTls, record, ...admitted }));
    } catch (error) {
      log(`alert: ${number} ended by a problem of this host: ${reasonOf(error)}`);
      socket.destroy();
    }
  }

  function turnAway(socket: Socket, refusal: Refusal, implicitTls: boolean): void {
    const text = deps.refusalText(refusal, implicitTls);
    if (text !== undefined) socket.write(text);
    socket.resume().end();
    closeSoon(socket);
  }

  return {
    async listen(on, tls) {
      // A client that has sent everything and shut its side still gets its replies.
      const server = createServer({ allowHalfOpen: true, noDelay: true }, socket =>
        connected(socket, tls === 'implicit'),
      );
      servers.push(server);
      const bound = await bind(server, on).catch(cause => {
        const where = `${on.address} port ${on.port}`;
        throw new UserError(`Unable to listen for ${deps.protocol} on ${where}: ${reasonOf(cause)}.`, { cause });
      });
      server.on('error', error => log(`warning: ${reasonOf(error)}`));
      log(`listening on ${bound.address} port ${bound.port}`);
      return { address: bound.address, port: bound.port };
    },
    async close(graceMs) {
      const closed = servers.map(server => new Promise<void>(resolve => server.close(() => resolve())));
      for (const session of [...sessions.values()]) session.end();
      const destroyAll = (): void => {
        for (const socket of [...sessions.keys()]) socket.destroy();
      };
      const cancel = graceMs === undefined ? undefined : clock.after(graceMs, destroyAll);
      await Promise.all(closed);
      cancel?.();
    },
  };
}

/** For a client that was turned away, or is not served yet. */
function withoutSession(socket: Socket): Session {
  return { end: () => socket.destroy(), dismiss: () => socket.destroy(), busy: () => false };
}
