// What a listener and a service tell each other about one client.
import type { Socket } from 'node:net';
import type { Control } from '../control/control.ts';
import type { Environment } from '../lib/net/tcp-environment.ts';
import type { Client } from './client.ts';
import type { ClientKind } from './client-kind.ts';
import type { ClientMemory } from './client-memory.ts';
import type { ReachedLimit } from './connection-slots.ts';
import type { SessionProgress } from './session-progress.ts';
import type { RecordSocket } from './session-recorder.ts';

/** A client that may use the service. */
export interface AdmittedClient {
  readonly socket: Socket;
  /** What the log calls the connection, where tcpserver writes a process id. */
  readonly number: number;
  /** The configuration as it was when the client connected. */
  readonly control: Control;
  /** All that is known about the client, including the variables of its access rule. */
  readonly environment: Environment;
  readonly client: Client;
  readonly clientKind: ClientKind;
  /** Where the session reports how the client proceeds. */
  readonly progress: SessionProgress;
  /** The client's part of the memory that all clients share. */
  readonly memory: ClientMemory;
  /** The client starts with TLS (RFC 8314), as its port demands. */
  readonly implicitTls: boolean;
  /** To be called for TLS over the socket; undefined: the client's rule does not say RECORDIO="1". */
  readonly record: RecordSocket | undefined;
}

/** Why a client is turned away before anything is said. */
export type Refusal =
  /** A rule denies it, or no rule allows it. */
  | { readonly kind: 'denied' }
  /** The host's own files cannot be read. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'limit'; readonly limit: ReachedLimit | 'memory' };

/** Why a session ends early: its time limit has passed, or another client needs its slot. */
export type DismissReason = 'timeLimit' | 'slotNeeded';

/** A client's session in its service. */
export interface Session {
  /** The service stops: ends the session as soon as that is safe. */
  end(): void;
  /** Tells the client why, and ends the session. */
  dismiss(why: DismissReason): void;
  /** The host is working for the client, which waits. */
  busy(): boolean;
}
