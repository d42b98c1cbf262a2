// Who comes to the SMTP server, and what the server has for everyone who comes.
import type { Control } from '../../control/control.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import type { Environment } from '../../lib/net/tcp-environment.ts';
import type { ClientMemory } from '../../listen/client-memory.ts';
import type { SessionProgress } from '../../listen/session-progress.ts';
import type { RecordSocket } from '../../listen/session-recorder.ts';
import type { Accept } from '../../paper-path/shapes.ts';
import type { Reply } from './replies.ts';

/** What every connection of a service shares. */
export interface ConnectionDeps {
  readonly control: () => Control;
  readonly clock: Clock;
  /** Where the messages of a client go: to the queue, or first to a filter that its environment names. */
  readonly accept: (environment: Environment) => Accept;
  readonly log: LogLine;
  /** Told whenever a client does something: whoever can wait, waits then. */
  readonly heard?: () => void;
  readonly ownAddresses: () => readonly string[];
  /** Asks the DNS lists: what every command of this client is to be refused with; undefined: nothing is against it. */
  readonly checkDnsLists: (environment: Environment) => Promise<Reply | undefined>;
  /** Checks name and password of a client that wants to send as one of ours; without it nobody can log in. */
  readonly logIn?: (name: string, password: string) => Promise<boolean>;
  /** True: the service takes no more clients, and wants to end. */
  readonly stopping: () => boolean;
}

/** One client that has come. */
export interface ConnectedClient {
  /** What the log calls this connection, where tcpserver writes a process id. */
  readonly number: number;
  readonly environment: Environment;
  /** Only a spammer's program talks before the greeting: others are made to wait for it a little, to see. */
  readonly greetAtOnce: boolean;
  /** One of ours: this machine, and those who may relay. */
  readonly trusted: boolean;
  /** What the client may take of the memory of all. */
  readonly memory: ClientMemory;
  readonly progress: SessionProgress;
  /** Is told of TLS that is put over the connection. */
  readonly record?: RecordSocket | undefined;
  /** STARTTLS is offered. */
  readonly startTls?: boolean;
}
