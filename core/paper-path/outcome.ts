// The result of one delivery attempt (qmail: exit 0, 111, 100). The text is kept word for word, from where it arises to the log
// line, the bounce and the screen; it may have several lines. Programs use the fields beside the text: nothing parses it.

/** The reply of another host, if it decided the outcome. Byte strings. */
export interface RemoteAnswer {
  /** Three digits; undefined: the protocol has none (QMTP), or the reply was not SMTP. */
  readonly code?: number | undefined;
  /** The text of the reply without its codes, LF between lines. */
  readonly words: string;
  /** The server's name, as in MX records or routes; undefined: a program has talked to it. */
  readonly host?: string | undefined;
  readonly ip?: string | undefined;
}

/** The TLS of the session with another host. */
export interface SessionTls {
  /** As OpenSSL names them: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
  readonly version: string;
  readonly cipher: string;
  /**
   * `verified`: CAs vouch for it, and it has the name that was asked for; `pinned`: it has the fingerprint; `dane`: the DNS vouches
   * for it (RFC 7672).
   */
  readonly certificate: 'verified' | 'pinned' | 'dane' | 'unverified';
  /** Why it is not verified, for people. */
  readonly why?: string | undefined;
}

/** `text` is what qmail's delivery report says after its K, Z or D; `status` is an RFC 3463 enhanced status code. */
export type Outcome = Done | Failure;

/**
 * What became of a sender's wish to hear of the success (RFC 3461): `next`: it was handed on with the message; `relayed`: what has the
 * message now does not know of it; `expanded`: the message was forwarded to several addresses without it.
 */
type HandedOn = 'next' | 'relayed' | 'expanded';

export interface Done {
  readonly kind: 'done';
  readonly text: string;
  /** Undefined: `relayed` to another host, or delivered here. */
  readonly handedOn?: HandedOn | undefined;
  readonly answer?: RemoteAnswer | undefined;
  /** Undefined: the session was in the clear, or there was none. */
  readonly tls?: SessionTls | undefined;
}

export interface Failure {
  readonly kind: 'later' | 'never';
  readonly status: string;
  readonly text: string;
  readonly answer?: RemoteAnswer | undefined;
  /** Undefined: the session was in the clear, or there was none. */
  readonly tls?: SessionTls | undefined;
}

/** What programs want to know of an outcome, besides its kind. */
export interface OutcomeFields {
  /** RFC 3463; undefined: it was delivered. */
  readonly status: string | undefined;
  readonly answer: RemoteAnswer | undefined;
}

export function outcomeFields(outcome: Outcome): OutcomeFields {
  return { status: outcome.kind === 'done' ? undefined : outcome.status, answer: outcome.answer };
}

/** The delivery happened. */
export function done(text: string): Outcome {
  return { kind: 'done', text };
}

/** A temporary failure: the recipient stays in the queue. */
export function later(text: string, status = '4.3.0'): Outcome {
  return { kind: 'later', status, text };
}

/** A permanent failure: the recipient bounces. */
export function never(text: string, status = '5.0.0'): Outcome {
  return { kind: 'never', status, text };
}

/**
 * The status in the text of a program or a server that has nothing but text, as qmail's programs write it: `(#5.1.1)`.
 * @param digit its first digit
 */
export function statusInWords(words: string, digit: '2' | '4' | '5'): string | undefined {
  for (const [, status = ''] of words.matchAll(/\(#(\d\.\d{1,3}\.\d{1,3})\)/g)) if (status[0] === digit) return status;
  return undefined;
}
