// The servers of a host: which ones it runs, where they listen, and where the mail that they accept goes.
import { join } from 'node:path';
import type { HostStatus } from '../api/host.ts';
import { openAccessRules } from '../control/access-rules.ts';
import type { LiveControl } from '../control/live-control.ts';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import { UserError } from '../lib/user-error.ts';
import { createTurnPort } from '../link/turn/turn-port.ts';
import type { TurnServer } from '../link/turn/turn-server.ts';
import { createMemory } from '../listen/client-memory.ts';
import type { Listener } from '../listen/listener.ts';
import { createLoginAttempts } from '../listen/login-attempts.ts';
import { createTlsFiles } from '../listen/tls-files.ts';
import type { Accept } from '../paper-path/shapes.ts';
import { createCheckpasswordAuthenticator, createPasswdAuthenticator } from '../pop3/authenticators.ts';
import { withFullAddresses } from '../pop3/full-address.ts';
import { createParentAuthenticator, type MailboxParent } from '../pop3/parent-authenticator.ts';
import { openPasswd, type Passwd } from '../pop3/passwd.ts';
import { createPop3Service } from '../pop3/pop3.ts';
import type { Authenticator } from '../pop3/session.ts';
import type { RootProcess } from '../privsep/root-process-client.ts';
import { createProgramAccept } from '../queue/intake/queue-program.ts';
import { createDnsListCheck } from '../receive/dns-lists/check-client.ts';
import { createPackageService } from '../receive/packages/service.ts';
import { createSmtpService, type SmtpDeps } from '../receive/smtp/service.ts';
import type { ListenOn } from '../ucspi/bind.ts';
import type { OutsideClient } from './checks/port-in.ts';
import { createOutsideClients, type OutsideClients } from './outside-clients.ts';
import { qmqpProblems } from './problems/problems.ts';

/** Which servers a host runs. */
export interface ServerOptions {
  readonly smtp?: ListenOn | undefined;
  readonly pop3?: ListenOn | undefined;
  /** POP3 within TLS from the start; needs a certificate. */
  readonly pop3s?: ListenOn | undefined;
  /** A checkpassword program for the POP3 users; undefined: the file `passwd` of the home is used. */
  readonly checkpassword?: string | undefined;
  /** How to run qmail-pop3d: program and arguments, without the Maildir. */
  readonly pop3dCommand?: readonly [string, ...string[]];
  readonly qmtp?: ListenOn | undefined;
  readonly qmqp?: ListenOn | undefined;
  /** The turn port: whoever connects asks for the mail of its link. */
  readonly turn?: ListenOn | undefined;
}

export interface ServerDeps {
  readonly home: string;
  readonly control: LiveControl;
  readonly clock: Clock;
  readonly environment: Environment;
  /** Hands a message to the queue. */
  readonly accept: Accept;
  readonly heard: SmtpDeps['heard'];
  /** Who asks for the mail of links by making contact. */
  readonly turns: TurnServer;
  /** In a host that root started: the process that checks passwords and opens mailboxes. */
  readonly rootProcess: (MailboxParent & Pick<RootProcess, 'verify'>) | undefined;
  /** The log of sessions. */
  readonly log: LogLine;
  /** The log of whole dialogues. */
  readonly dialogues: LogLine;
}

type Listening = Pick<HostStatus, 'smtp' | 'pop3' | 'pop3s' | 'qmtp' | 'qmqp' | 'turn'>;

export interface Servers {
  /** Where each of them listens now; null: nowhere. */
  readonly listening: Listening;
  /** The last client of SMTP from another host. */
  outside(): OutsideClient | undefined;
  /** Opens all. @throws UserError when an address cannot be listened on, or a file that a server needs does not exist */
  open(): Promise<void>;
  /** Accepts no new clients, and ends the open sessions. */
  close(): Promise<void>;
}

interface Server {
  readonly name: keyof Listening;
  readonly on: ListenOn;
  readonly listen: Listener['listen'];
  close(): Promise<void>;
}

/** Creates the servers; none listens yet. */
export function createServers(options: ServerOptions, deps: ServerDeps): Servers {
  const outside = createOutsideClients(deps.clock);
  const servers = serversOf(options, deps, outside);
  const opened: Server[] = [];
  let listening: Listening = { smtp: null, pop3: null, pop3s: null, qmtp: null, qmqp: null, turn: null };
  return {
    get listening() {
      return listening;
    },
    outside: outside.last,
    async open() {
      for (const server of servers) {
        opened.push(server);
        for (const { text } of server.name === 'qmqp' ? qmqpProblems(deps.home) : []) deps.log(`qmqpd: alert: ${text}`);
        listening = { ...listening, [server.name]: await server.listen(server.on) };
      }
    },
    async close() {
      for (const server of opened.splice(0).reverse()) await server.close();
    },
  };
}

function serversOf(options: ServerOptions, deps: ServerDeps, outside: OutsideClients): Server[] {
  const { home, control, clock, environment, log, dialogues, turns } = deps;
  const passwd = withFullAddresses(openPasswd(join(home, 'passwd')), domain => control.queue().locals.has(domain));
  const tls = createTlsFiles(home, log);
  const attempts = createLoginAttempts(clock);
  const memory = createMemory();
  /** Where one client's mail goes. */
  const accept = (client: Environment) => filtered(deps.accept, { ...environment, ...client });
  const servers: Server[] = [];

  if (options.smtp) {
    const smtp = createSmtpService({
      control: control.connection,
      clock,
      access: outside.noting(openAccessRules(home, 'smtp')),
      accept,
      // A filter gets the envelope as qmail-queue does.
      keepsDsn: client => !(client.QMAILQUEUE ?? environment.QMAILQUEUE),
      tls,
      attempts,
      memory,
      logIn:
        deps.rootProcess?.verify ?? (async (name, password) => (await passwd.verify(name, password)) !== undefined),
      checkDnsLists: createDnsListCheck({ control: control.connection, clock, log }),
      log,
      dialogues,
      heard: deps.heard,
      madeContact: turns.madeContact,
      etrn: { offered: turns.offersEtrn, answer: turns.etrn },
      asksCertificates: turns.asksCertificates,
    });
    servers.push({ name: 'smtp', on: options.smtp, listen: smtp.listen, close: smtp.close });
  }

  const authenticator = authenticatorOf(options, deps, passwd);
  const pop3 = createPop3Service({
    control: control.queue,
    clock,
    log,
    authenticator,
    access: openAccessRules(home, 'pop3'),
    dialogues,
    tls,
    attempts,
    madeContact: turns.madeContact,
  });
  if (options.pop3) servers.push({ name: 'pop3', on: options.pop3, listen: pop3.listen, close: pop3.close });
  if (options.pop3s) {
    const listen: Server['listen'] = async on => {
      if (!tls()) throw new UserError(`POP3 within TLS needs ${join(home, 'tls', 'cert.pem')} and key.pem.`);
      return pop3.listen(on, 'implicit');
    };
    servers.push({ name: 'pop3s', on: options.pop3s, listen, close: pop3.close });
  }

  for (const protocol of ['qmtp', 'qmqp'] as const) {
    const on = options[protocol];
    if (!on) continue;
    const access = openAccessRules(home, protocol);
    const spoolDir = join(home, 'queue', 'pid');
    const service = createPackageService({
      protocol,
      control: control.connection,
      clock,
      access,
      accept,
      log,
      dialogues,
      memory,
      spoolDir,
      // A client of QMQP is a host of our own, which needs no mail of ours.
      madeContact: protocol === 'qmtp' ? turns.madeContact : undefined,
    });
    servers.push({ name: protocol, on, listen: service.listen, close: service.close });
  }
  if (options.turn) {
    const port = createTurnPort({ clock, control: control.connection, log, turns });
    servers.push({ name: 'turn', on: options.turn, listen: port.listen, close: port.close });
  }
  return servers;
}

/** The queue, or the program in front of it that QMAILQUEUE names, for the host or for this client only. */
function filtered(accept: Accept, environment: Environment): Accept {
  const program = environment.QMAILQUEUE;
  return program ? createProgramAccept({ program, environment }) : accept;
}

function authenticatorOf(options: ServerOptions, deps: ServerDeps, passwd: Passwd): Authenticator {
  const { home, clock, environment, log, rootProcess } = deps;
  const { checkpassword: program, pop3dCommand = [join(home, 'bin', 'qmail-pop3d')] } = options;
  if (rootProcess) return createParentAuthenticator(rootProcess, program, log);
  if (program) return createCheckpasswordAuthenticator({ program, path: environment.PATH, pop3dCommand, log });
  return createPasswdAuthenticator({ passwd, clock, log });
}
