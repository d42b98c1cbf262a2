// What an SMTP connection needs: from its service, and about its client.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import type { ClientMemory } from '../../listen/client-memory.ts';
import type { SessionClient } from '../../listen/session-client.ts';
import type { SessionProgress } from '../../listen/session-progress.ts';
import type { RecordSocket } from '../../listen/session-recorder.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import type { Reply } from './replies.ts';

/** Shared by all connections of a service. */
export interface ConnectionDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  /** Where the messages of a client go: to the queue, or to a filter that its environment names. */
  readonly accept: (environment: Environment) => Accept;
  /** Whether that place keeps what a client says of notices (RFC 3461); default: it does not. */
  readonly keepsDsn?: ((environment: Environment) => boolean) | undefined;
  readonly log: LogLine;
  /** Called whenever a client does something: other work can wait then. */
  readonly heard?: () => void;
  readonly ownAddresses: () => readonly string[];
  /** Asks the DNS lists. @returns the refusal of all commands of this client; undefined: no list refuses it */
  readonly checkDnsLists: (environment: Environment) => Promise<Reply | undefined>;
  /** Checks the name and password of a client that wants to relay; undefined: there are no logins. */
  readonly logIn?: (name: string, password: string) => Promise<boolean>;
  /** Answers ETRN (RFC 1985); undefined: the command is unknown. */
  readonly etrn?: EtrnService | undefined;
  /** Called when a session is over that was not refused. */
  readonly madeContact?: ((sessionClient: SessionClient) => void) | undefined;
  /** The service is about to end: it takes no more clients. */
  readonly stopping: () => boolean;
}

/** ETRN as the host does it. */
export interface EtrnService {
  /** Some node may be asked for: without one the command is unknown. */
  offered(): boolean;
  /** The program qmail-smtpd has to ask the host first. @param argument what follows the command, a byte string */
  answer(asked: {
    readonly argument: string;
    readonly stranger: boolean;
    readonly sessionClient: SessionClient;
  }): Reply | Promise<Reply>;
}

/** One client. */
export interface ConnectedClient {
  /** What the log calls this connection, where tcpserver writes a process id. */
  readonly number: number;
  readonly environment: Environment;
  /** False: the greeting is delayed, as only programs of spammers talk before it. */
  readonly greetAtOnce: boolean;
  /** This machine, or a client that may relay. */
  readonly trusted: boolean;
  /** The client's part of the memory that all clients share. */
  readonly memory: ClientMemory;
  readonly progress: SessionProgress;
  /** To be called for TLS over the connection. */
  readonly record?: RecordSocket | undefined;
  /** STARTTLS is offered. */
  readonly startTls?: boolean;
}
