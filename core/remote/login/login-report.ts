// What a login that failed means for the message: it waits, with the server's words and what to do. Never permanent: nobody
// but the owner of the host can put it right.
import type { SmtpReply } from '../../conversation/smtp-reply.ts';
import type { LoginEnd } from '../../login/log-in.ts';
import {
  type MessageReport,
  type RecipientReport,
  remoteSaid,
  replyFields,
  withStatus,
} from '../outcome-of-replies.ts';
import type { Sent } from '../smtp/client.ts';

/** Who logs in where. */
export interface LoginPlace {
  readonly user: string;
  readonly relay: string;
  readonly port: number;
  /** Where the password is, for people: `secrets/gmail`. */
  readonly where: string;
  /** An OAuth token, not a password. */
  readonly isToken: boolean;
}

/** Why a login failed. */
export interface LoginFailure {
  /** `refused`: the same login fails again until somebody does something; `later`: it may succeed soon. */
  readonly kind: 'refused' | 'later';
  /** RFC 3463. */
  readonly status: string;
  /** What the server did: `refused the login as joe (PLAIN): 535 no`. One line. */
  readonly did: string;
  /** What to do about it, as a sentence. */
  readonly advice: string;
  readonly reply?: SmtpReply;
}

type Failed = Exclude<LoginEnd<SmtpReply>, { kind: 'logged-in' }>;

export function failureOf(end: Failed, { user, where, isToken }: LoginPlace, offered: readonly string[]): LoginFailure {
  const who = plain(user);
  switch (end.kind) {
    case 'none': {
      const offer = offered.length === 0 ? 'no login' : `only ${plain(offered.join(' ').slice(0, 200))}`;
      const did = `offers ${offer}, and nothing that the login as ${who} could use`;
      return { kind: 'refused', status: '4.7.4', did, advice: 'Ask the provider which server and port take logins.' };
    }
    case 'broken': {
      const did = `did not keep to ${end.mechanism} at the login as ${who}: ${end.why}`;
      return { kind: 'refused', status: '4.7.0', did, advice: 'If it goes on, ask the provider.' };
    }
    case 'refused': {
      const { reply, mechanism, said } = end;
      const words = oneLine(said === undefined ? reply.text : `${reply.text} ${said}`);
      const did = `refused the login as ${who} (${mechanism}): ${words}`;
      const isLater = reply.code >= 400 && reply.code < 500 && reply.code !== passwordExpired;
      const status = `4.${(reply.status ?? (reply.code === 534 ? '5.7.9' : '5.7.8')).slice(2)}`;
      const advice = isLater ? 'It is tried again by itself.' : adviceOn(reply.code, isToken, where);
      return { kind: isLater ? 'later' : 'refused', status, did, advice, reply };
    }
  }
}

/** RFC 4954 section 6: a transition to another mechanism is needed, in practice: a new password. */
const passwordExpired = 432;

function adviceOn(code: number, isToken: boolean, where: string): string {
  if (isToken) return `Correct the user name, or agree to the login again: waypost login writes ${where}.`;
  if (code === passwordExpired) return `Set a new password at the provider, and write it to ${where}.`;
  if (code === 534) {
    return `The provider wants another kind of login, mostly a password made for this program alone (an app password): make one there, and write it to ${where}.`;
  }
  return `Correct the user name, or the password in ${where}. Many providers want a password made for this program alone (an app password).`;
}

/** The report of the message that logged in. */
export function reportOfFailure(ip: string, { did, advice, status, reply }: LoginFailure): MessageReport {
  const text = reply
    ? `Connected to ${ip} but authentication was rejected.\n${remoteSaid(reply)}${withStatus(`The message waits. ${advice}`, status)}`
    : withStatus(`Connected to ${ip} but it ${did}. The message waits. ${advice}`, status);
  return { letter: 'Z', text, status, ...(reply && { reply: replyFields(reply) }) };
}

const noMoreLogin = new Set([530, 534, 535, 538]);

/** What came of a message after a login that the server has forgotten or revoked: that is about us, and the message waits. */
export function withoutBounce(sent: Sent): Sent {
  const recipients = sent.recipients.map((one): RecipientReport => (isRefusal(one) ? { ...one, letter: 's' } : one));
  return { ...sent, recipients, message: isRefusal(sent.message) ? { ...sent.message, letter: 'Z' } : sent.message };
}

/** The server's words, if it has forgotten the login. */
export function forgottenLogin({ message, recipients }: Sent): string | undefined {
  const reply = [message, ...recipients].find(isRefusal)?.reply;
  return reply && oneLine(`${reply.code} ${reply.words}`);
}

function isRefusal({ reply }: Pick<MessageReport, 'reply'>): boolean {
  return reply?.code !== undefined && noMoreLogin.has(reply.code);
}

/** Words of a server for a sentence of ours. */
function oneLine(text: string): string {
  return plain(text.trim().replaceAll('\n', ' ').slice(0, 300));
}

/** A byte string without control characters. */
function plain(bytes: string): string {
  return bytes.replace(/[\0-\x1f\x7f]/g, '?');
}
