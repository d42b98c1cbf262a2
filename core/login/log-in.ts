// Logs in over any protocol that carries SASL: AUTH of SMTP (RFC 4954) and POP3 (RFC 5034), AUTHENTICATE of IMAP (RFC 9051).
import { randomBytes } from 'node:crypto';
import { fromBase64 } from './base64.ts';
import { type Mechanism, mechanismsFor } from './mechanisms.ts';
import type { Credential } from './secret.ts';
import { broken, type LoginInput, type Step, type Turn, waitingTurn } from './turn.ts';

/** What the server replied to a line of the login. */
export type LoginReply<Reply> =
  | { readonly kind: 'challenge'; readonly base64: string }
  /** `unknown`: the server does not have the mechanism, though it may have offered it. */
  | { readonly kind: 'success' | 'failure' | 'unknown'; readonly reply: Reply };

/** How a protocol carries a login. Its functions send one line and wait for the reply. */
export interface LoginCarrier<Reply> {
  /** The longest initial response, in base64, that may be sent with the command; 0: none may. */
  readonly longestInitial: number;
  start(mechanism: string, initial: string | undefined): Promise<LoginReply<Reply>>;
  respond(base64: string): Promise<LoginReply<Reply>>;
  /** Gives the login up: `*`. */
  cancel(): Promise<unknown>;
}

/** How a login ended. Texts of the server are without the secret, but otherwise as they came. */
export type LoginEnd<Reply> =
  | { readonly kind: 'logged-in'; readonly mechanism: string }
  | { readonly kind: 'refused'; readonly mechanism: string; readonly reply: Reply; readonly said?: string }
  /** The server did not keep to the mechanism, and got no further response. */
  | { readonly kind: 'broken'; readonly mechanism: string; readonly why: string }
  /** The server offers no mechanism that this credential can use here. */
  | { readonly kind: 'none' };

/** What a login needs to know. */
export interface LoginRequest {
  readonly credential: Credential;
  /** The mechanisms that the server offers. */
  readonly offered: readonly string[];
  /** By TLS with a verified certificate. */
  readonly isEncrypted: boolean;
  /** The server, as it was connected to. */
  readonly server?: LoginInput['server'];
  /** For tests. */
  readonly nonce?: () => string;
}

/** The longest line of a login, in base64 (RFC 4954 section 4.5.3.1.1: 12288 octets with CR LF). */
const longestLine = 12_286;

/**
 * Logs in with the strongest mechanism; with the next one when the server does not have it after all, or the credential does
 * not fit into it.
 * @throws what the carrier throws: the connection is gone
 */
export async function logIn<Reply>(carrier: LoginCarrier<Reply>, request: LoginRequest): Promise<LoginEnd<Reply>> {
  const { offered, credential, isEncrypted } = request;
  let end: LoginEnd<Reply> = { kind: 'none' };
  for (const mechanism of mechanismsFor(offered, credential, isEncrypted)) {
    const tried = await tryMechanism(carrier, mechanism, request);
    end = tried.end;
    if (!tried.isUnusable) break;
  }
  return end;
}

interface Tried<Reply> {
  readonly end: LoginEnd<Reply>;
  /** No login was attempted. */
  readonly isUnusable?: true;
}

async function tryMechanism<Reply>(
  carrier: LoginCarrier<Reply>,
  { name: mechanism, start }: Mechanism,
  { credential, server, nonce = freshNonce }: LoginRequest,
): Promise<Tried<Reply>> {
  const notFollowed = (why: string): LoginEnd<Reply> => ({ kind: 'broken', mechanism, why });
  const refused = (reply: Reply, said?: string): LoginEnd<Reply> => {
    return { kind: 'refused', mechanism, reply, ...(said !== undefined && { said: credential.secret.hideIn(said) }) };
  };

  const first = start({ credential, nonce: nonce(), ...(server && { server }) });
  if (first.kind === 'broken') return { end: notFollowed(first.why), isUnusable: true };
  const initial = base64Of(first);
  const fits = initial !== undefined && initial.length <= carrier.longestInitial;
  let turn = initial === undefined || fits ? first : whenAsked(first);
  let answer = await carrier.start(mechanism, fits ? initial : undefined);
  if (answer.kind === 'unknown') return { end: refused(answer.reply), isUnusable: true };
  while (answer.kind === 'challenge') {
    const step = await nextTurn(turn, answer.base64);
    if (step.kind === 'broken') {
      await carrier.cancel();
      return { end: notFollowed(step.why) };
    }
    turn = step;
    answer = await carrier.respond(base64Of(turn) ?? '');
  }
  if (answer.kind !== 'success') return { end: refused(answer.reply, turn.said) };
  return { end: turn.mayEnd ? { kind: 'logged-in', mechanism } : notFollowed(successTooEarly) };
}

const successTooEarly = 'the server reports success before the mechanism has come to its end';

async function nextTurn(turn: Turn, base64: string): Promise<Step> {
  const challenge = base64.length > longestLine ? undefined : fromBase64(base64);
  if (!challenge) return broken('the challenge of the server is not base64, or too long');
  const next = await turn.next(challenge);
  const isTooLong = next.kind === 'turn' && (base64Of(next)?.length ?? 0) > longestLine;
  return isTooLong ? broken('the response is longer than a line of the protocol may be') : next;
}

/** An initial response that does not go with the command is what an empty challenge asks for (RFC 4954 section 4). */
function whenAsked(first: Turn): Turn {
  return waitingTurn(challenge =>
    challenge.length === 0 ? first : broken('the server sends a challenge where the mechanism has none'),
  );
}

function base64Of({ response }: Turn): string | undefined {
  return response?.toString('base64');
}

function freshNonce(): string {
  return randomBytes(18).toString('base64');
}
