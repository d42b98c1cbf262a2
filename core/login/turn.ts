// A login as a client, mechanism by mechanism (SASL, RFC 4422): each is a chain of values, from a challenge of the server to the
// response, without connection or clock. SMTP, POP3 and IMAP carry it (`log-in.ts`).
import type { Credential } from './secret.ts';

/** One point of a login: what is sent now, and what a challenge after it leads to. */
export interface Turn {
  readonly kind: 'turn';
  /** Undefined: the server sends a challenge first. */
  readonly response: Buffer | undefined;
  /** If false, a server that reports success has not proved what the mechanism demands. */
  readonly mayEnd: boolean;
  /** What the server said of the failure that it reports next, as it came. */
  readonly said?: string;
  /** Takes the next challenge. */
  next(challenge: Buffer): Step | Promise<Step>;
}

/** The login cannot go on: the server does not follow the mechanism, or the credential does not fit into it. */
export interface Broken {
  readonly kind: 'broken';
  /** What is wrong, as the end of a sentence about it; nothing of the secret, nothing that the server sent. */
  readonly why: string;
}

export type Step = Turn | Broken;

/** What a mechanism works with. */
export interface LoginInput {
  readonly credential: Credential;
  /** The server, as it was connected to. */
  readonly server?: { readonly host: string; readonly port: number };
  /** Unpredictable, of printable ASCII without a comma. */
  readonly nonce: string;
}

export function broken(why: string): Broken {
  return { kind: 'broken', why };
}

/** The last response: the server reports success or failure. */
export function lastTurn(response: Buffer): Turn {
  return { kind: 'turn', response, mayEnd: true, next: asksAgain };
}

/** The server has told why it refuses; what it gets is only the end of that message. */
export function failingTurn(response: Buffer, said: string): Turn {
  return { kind: 'turn', response, mayEnd: false, said, next: asksAgain };
}

/** The mechanism waits for a challenge. */
export function waitingTurn(next: Turn['next'], response?: Buffer): Turn {
  return { kind: 'turn', response, mayEnd: false, next };
}

function asksAgain(): Broken {
  return broken('the server asks for more than the mechanism has');
}
