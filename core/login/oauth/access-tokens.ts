// Access tokens for logins: from the file, or new from the provider with the refresh token. A new refresh token is on the disk
// before the access token that came with it is used: a provider that rotates them takes each only once.
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';
import { readSecretFile, writeSecretFile } from '../secret-files.ts';
import { askEndpoint, type Fetch, TokenReply } from './token-endpoint.ts';
import { formatTokens, type OAuthTokens, parseTokens } from './token-file.ts';

/** An access token; or why there is none, as a sentence without its full stop. `isLasting`: until somebody does something. */
type AccessToken =
  | { readonly kind: 'token'; readonly text: string }
  | { readonly kind: 'problem'; readonly why: string; readonly isLasting: boolean };

export interface AccessTokens {
  /** @param name of the file in secrets/ */
  get(name: string): Promise<AccessToken>;
  /** The server does not accept it: the next `get` asks for a new one, unless it is new itself. */
  rejected(name: string, token: string): void;
}

export interface AccessTokensDeps {
  readonly home: string;
  readonly clock: Clock;
  readonly fetch: Fetch;
}

const minuteMs = 60_000;
/** A token that expires while the message is sent is of no use. */
const spareMs = minuteMs;
/** A token that is younger is not replaced when a server refuses it. */
const newMs = 5 * minuteMs;
/** After an answer that lasts, the provider is not asked again so soon. */
const pauseMs = { lasting: 15 * minuteMs, passing: minuteMs };

interface Known {
  /** What the file was when the provider was last asked. */
  readonly mark: string;
  readonly problem: AccessToken & { kind: 'problem' };
  readonly untilMs: number;
}

export function createAccessTokens({ home, clock, fetch }: AccessTokensDeps): AccessTokens {
  const running = new Map<string, Promise<AccessToken>>();
  const problems = new Map<string, Known>();
  const refused = new Map<string, string>();
  const bornMs = new Map<string, number>();

  async function look(name: string): Promise<AccessToken> {
    const file = readSecretFile(home, name);
    if (file.kind === 'problem') return lasting(file.why);
    const tokens = parseTokens(file.text);
    if (!tokens) return lasting(`secrets/${name} is not a file of tokens: write it with waypost login`);
    if (isFresh(name, tokens)) return { kind: 'token', text: tokens.accessToken };
    const known = problems.get(name);
    if (known && known.mark === file.mark && clock.nowMs() < known.untilMs) return known.problem;
    const answer = await renew(name, tokens);
    if (answer.kind === 'token') problems.delete(name);
    else {
      const pause = answer.isLasting ? pauseMs.lasting : pauseMs.passing;
      problems.set(name, { mark: file.mark, problem: answer, untilMs: clock.nowMs() + pause });
    }
    return answer;
  }

  function isFresh(name: string, tokens: OAuthTokens): tokens is OAuthTokens & { accessToken: string } {
    const { accessToken, expiresAt, refreshToken } = tokens;
    if (accessToken === undefined) return false;
    if (refused.get(name) === accessToken && refreshToken !== undefined) return false;
    return expiresAt === undefined || clock.nowMs() < Date.parse(expiresAt) - spareMs;
  }

  async function renew(name: string, tokens: OAuthTokens): Promise<AccessToken> {
    const { refreshToken, tokenEndpoint, clientId, clientSecret } = tokens;
    if (refreshToken === undefined || tokenEndpoint === undefined || clientId === undefined) {
      return lasting(`the access token in secrets/${name} has expired: run waypost login`);
    }
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, ...clientForm(clientId, clientSecret) };
    const reply = await askEndpoint({ fetch, clock }, tokenEndpoint, form, TokenReply);
    const { host } = new URL(tokenEndpoint);
    if (reply.kind === 'rejected') {
      return lasting(`${host} gives no new access token for secrets/${name} (${reply.error}): run waypost login`);
    }
    if (reply.kind === 'failed') return passing(`${host} gave no new access token: ${reply.why}`);
    try {
      const text = formatTokens(withReply(tokens, reply.value, clock.nowMs()));
      await writeSecretFile(home, name, text);
    } catch (error) {
      return passing(`a new access token cannot be stored in secrets/${name}: ${reasonOf(error)}`);
    }
    bornMs.set(name, clock.nowMs());
    refused.delete(name);
    return { kind: 'token', text: reply.value.access_token };
  }

  return {
    get(name) {
      const known = running.get(name);
      if (known) return known;
      const answer = look(name).finally(() => running.delete(name));
      running.set(name, answer);
      return answer;
    },
    rejected(name, token) {
      if (clock.nowMs() - (bornMs.get(name) ?? Number.NEGATIVE_INFINITY) >= newMs) refused.set(name, token);
    },
  };
}

/** How the client names itself (RFC 6749 section 2.3.1). */
export function clientForm(clientId: string, clientSecret: string | undefined): Record<string, string> {
  return { client_id: clientId, ...(clientSecret !== undefined && { client_secret: clientSecret }) };
}

/** The file after a reply of the token endpoint: a refresh token stays until there is a new one (RFC 6749 section 6). */
export function withReply(tokens: OAuthTokens, reply: TokenReply, nowMs: number): OAuthTokens {
  const { expiresAt: _old, ...kept } = tokens;
  const { access_token, refresh_token, expires_in } = reply;
  return {
    ...kept,
    accessToken: access_token,
    ...(refresh_token !== undefined && { refreshToken: refresh_token }),
    ...(expires_in !== undefined && { expiresAt: new Date(nowMs + expires_in * 1000).toISOString() }),
  };
}

function lasting(why: string): AccessToken & { kind: 'problem' } {
  return { kind: 'problem', why, isLasting: true };
}

function passing(why: string): AccessToken & { kind: 'problem' } {
  return { kind: 'problem', why, isLasting: false };
}
