// The logins of routes: reads the secret for a message, refuses to use one that others could read, and logs in over a
// connection that is within verified TLS. After a refusal the messages of the same login wait without another try.
import { createHash, randomBytes } from 'node:crypto';
import { type LoginFile, loginSecretOf } from '../../control/passwords.ts';
import type { RouteLogin } from '../../control/routes.ts';
import type { Clock } from '../../lib/clock.ts';
import type { LogLine } from '../../lib/log.ts';
import type { AccessTokens } from '../../login/oauth/access-tokens.ts';
import { type Credential, type Secret, secretOf } from '../../login/secret.ts';
import { displayAddress } from '../../message/address.ts';
import { connectionBroken, type MessageReport, putOff, type RecipientReport } from '../outcome-of-replies.ts';
import { loginFileOf, type Route } from '../route.ts';
import type { Sent } from '../smtp/client.ts';
import type { SmtpSession } from '../smtp/session.ts';
import {
  failureOf,
  forgottenLogin,
  type LoginFailure,
  type LoginPlace,
  reportOfFailure,
  withoutBounce,
} from './login-report.ts';
import { createRefusals, type LoginKey, type Refused } from './refusals.ts';
import { authenticate, offeredMechanisms } from './smtp-auth.ts';

/** A problem for the owner of the host. */
interface LoginProblem {
  readonly code: 'login-refused' | 'login-without-token';
  readonly text: string;
}

/** The right of one message to log in with a credential; `end` must be called. */
export interface LoginClaim {
  readonly user: string;
  /** Differs from that of any other login: connections are shared within one only. */
  readonly purpose: string;
  /** Logs in. @returns the report if the message cannot be sent over this connection; never throws */
  over(session: SmtpSession): Promise<MessageReport | undefined>;
  /** What was sent, without the secret; where the server has forgotten the login, the message waits. */
  judge(sent: Sent): Sent;
  end(): void;
}

export interface Logins {
  /** A claim, or why the message waits. */
  claim(route: LoginRoute): Promise<LoginClaim | MessageReport>;
  problems(): readonly LoginProblem[];
}

/** A route with a login, and its port. */
export type LoginRoute = Route & Required<Pick<Route, 'login'>> & { readonly port: number };

export interface LoginsDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly log: LogLine;
  /** Of `secrets/NAME.oauth`. */
  readonly tokens: AccessTokens;
  /** A problem appeared or is gone. */
  readonly changed?: () => void;
}

/** What a login is made with. */
interface Found {
  readonly credential: Credential;
  /** Differs whenever it was written. */
  readonly mark: string;
  /** The server does not accept it. */
  rejected(): void;
}

export function createLogins({ home, clock, log, tokens, changed = () => {} }: LoginsDeps): Logins {
  const refusals = createRefusals(clock, changed);
  const salt = randomBytes(16);
  /** Files of tokens that give none until somebody does something: why. */
  const withoutToken = new Map<string, string>();

  function noteToken(name: string, why: string | undefined): void {
    if (withoutToken.get(name) === why) return;
    if (why === undefined) withoutToken.delete(name);
    else withoutToken.set(name, why);
    changed();
  }

  /** @returns why there is none: the end of a sentence */
  async function credentialFor(file: LoginFile, login: RouteLogin): Promise<Found | string> {
    const found = loginSecretOf(home, file, login);
    if (found.kind === 'problem') return found.why;
    const { user } = login;
    if (found.kind === 'password') {
      return { credential: { kind: 'password', user, secret: found.secret }, mark: found.mark, rejected: () => {} };
    }
    const { name } = found;
    const token = await tokens.get(name);
    noteToken(name, token.kind === 'problem' && token.isLasting ? token.why : undefined);
    if (token.kind === 'problem') return token.why;
    const secret = secretOf(token.text);
    return { credential: { kind: 'token', user, secret }, mark: '', rejected: () => tokens.rejected(name, token.text) };
  }

  function idOf({ user, secret, kind }: Credential, mark: string): string {
    return createHash('sha256')
      .update(salt)
      .update(JSON.stringify([kind, user, secret.reveal(), mark]))
      .digest('base64');
  }

  async function claim(route: LoginRoute): Promise<LoginClaim | MessageReport> {
    const { login, relay, port } = route;
    const file = loginFileOf(route);
    const found = await credentialFor(file, login);
    if (typeof found === 'string')
      return putOff(`The message waits: it is to be sent with a login, and ${found}.`, '4.7.0');
    const { user, password } = login;
    const where = password.kind === 'file' ? `secrets/${password.name}` : `control/${file}`;
    const place: LoginPlace = { user, relay, port, where, isToken: found.credential.kind === 'token' };
    const key: LoginKey = {
      place: `${user} at ${relay} port ${port} (${where})`,
      id: idOf(found.credential, found.mark),
    };
    const refused = await refusals.enter(key);
    if (refused) return waiting(place, refused, clock.nowMs());
    return claimOf(found, place, key);
  }

  function claimOf({ credential, rejected }: Found, place: LoginPlace, key: LoginKey): LoginClaim {
    let ended = false;
    function end(verdict: 'good' | 'untried' | LoginFailure): void {
      if (ended) return;
      ended = true;
      refusals.end(key, verdict);
    }
    function failed(ip: string, failure: LoginFailure): MessageReport {
      log(`remote: ${ip} port ${place.port}: ${displayAddress(place.relay)} ${displayAddress(failure.did)}`);
      end(failure);
      if (failure.kind === 'refused') rejected();
      return reportOfFailure(ip, failure);
    }
    return {
      user: place.user,
      purpose: key.id,
      async over({ channel, extensions, ip, tls }) {
        // What asked for the connection asked for this: a mistake there must not cost the password.
        if (!tls || tls.certificate === 'unverified')
          return putOff(`Connected to ${ip}, but a login needs verified TLS.`, '4.7.10');
        const { relay: host, port } = place;
        try {
          const done = await authenticate({ channel, extensions, credential, server: { host, port } });
          if (done.kind !== 'logged-in') return failed(ip, failureOf(done, place, offeredMechanisms(extensions)));
          end('good');
          return undefined;
        } catch (error) {
          const report = connectionBroken(ip, error);
          const did = `ended the connection during the login as ${place.user}`;
          failed(ip, { kind: 'later', status: '4.4.2', did, advice: '' });
          return report;
        }
      },
      judge(unread) {
        const sent = hideIn(unread, credential.secret);
        const words = forgottenLogin(sent);
        if (words === undefined) return sent;
        const did = `accepted the login as ${place.user} and then asked for one: ${words}`;
        refusals.end(key, { kind: 'refused', status: '4.7.0', did, advice: 'If it goes on, ask the provider.' });
        return withoutBounce(sent);
      },
      end: () => end('untried'),
    };
  }

  return {
    claim,
    problems: () => [
      ...[...withoutToken.values()].map(
        why => ({ code: 'login-without-token', text: `Mail waits for a login: ${why}.` }) as const,
      ),
      ...[...refusals.standing()].map(
        ([place, { failure }]) =>
          ({
            code: 'login-refused',
            text: `Mail waits for the login of ${displayAddress(place)}: the server ${displayAddress(failure.did)}. ${displayAddress(failure.advice)}`,
          }) as const,
      ),
    ],
  };
}

/** A relay may quote anything that it was told, at any time. */
function hideIn(sent: Sent, { hideIn: hide }: Secret): Sent {
  const hidden = <Report extends MessageReport | RecipientReport>(report: Report): Report => ({
    ...report,
    text: hide(report.text),
    ...(report.reply && { reply: { ...report.reply, words: hide(report.reply.words) } }),
  });
  return { ...sent, message: hidden(sent.message), recipients: sent.recipients.map(hidden) };
}

/** A message that is not even tried. */
function waiting({ relay, where }: LoginPlace, refused: Refused, nowMs: number): MessageReport {
  const { failure, sinceMs, untilMs } = refused;
  const again = failure.kind === 'refused' ? `, or when ${where} is written again` : '';
  const words = `Not tried: ${minutes(nowMs - sinceMs)} ago ${relay} ${failure.did}. The login is tried again in ${minutes(untilMs - nowMs)}${again}. ${failure.advice}`;
  return putOff(words.trim(), failure.status);
}

function minutes(ms: number): string {
  const count = Math.max(1, Math.ceil(ms / 60_000));
  return count === 1 ? 'a minute' : `${count} minutes`;
}
