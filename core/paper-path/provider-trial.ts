// What a trial at a provider gets of the rooms that talk to its servers: remote for the relay, fetch for the mailbox. All lines are
// for people, and without the password.
import type { Envelope } from './shapes.ts';

/** The relay that is tried. */
export interface RelayPlace {
  readonly host: string;
  readonly port: number;
  /** TLS starts with the connection. */
  readonly implicit: boolean;
  /** A file of CAs; undefined: those that are known anyway. */
  readonly caPath: string | undefined;
}

/** What came of a step. */
export type Tried = { readonly ok: true; readonly says: readonly string[] } | TriedInVain;

export interface TriedInVain {
  readonly ok: false;
  readonly says: readonly string[];
  /** Of the server's reply, where that was it. */
  readonly code: number | undefined;
}

/** A connection to a relay, within TLS that is verified. */
export interface TriedRelay<Credential> {
  readonly says: readonly string[];
  logIn(credential: Credential): Promise<Tried>;
  /** Sends a message with LF line ends. */
  send(raw: Uint8Array, envelope: Envelope): Promise<Tried>;
  close(): void;
}

/** A mailbox whose login works. */
export interface TriedMailbox {
  readonly says: readonly string[];
  /** Whether the message with this Message-ID (with its brackets) is there now. @throws Error with its reason in words */
  has(messageId: string): Promise<boolean>;
  close(): void;
}
