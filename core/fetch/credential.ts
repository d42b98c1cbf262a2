// What an account logs in with: the password, or an OAuth access token, from the file in secrets/ that it names. A token that
// expires in the middle of a run is replaced, and the run goes on.
import type { Account } from '../control/fetch/account.ts';
import type { AccessTokens } from '../login/oauth/access-tokens.ts';
import { isTokenFile } from '../login/oauth/token-file.ts';
import { type Credential, secretOf } from '../login/secret.ts';
import { readPasswordFile } from '../login/secret-files.ts';
import { FetchFailure } from './failure.ts';

export interface CredentialDeps {
  readonly home: string;
  readonly account: Pick<Account, 'secret' | 'user'>;
  readonly tokens: AccessTokens;
}

/**
 * Fetches with the account's credential. A server that refuses a token, or ends the session of one, may do so because it has
 * expired: if the provider gives another, what is left is fetched with that.
 * @param fetch notes all that it has done: what is here is not fetched again
 * @throws FetchFailure
 */
export async function withCredential(
  deps: CredentialDeps,
  fetch: (credential: Credential) => Promise<void>,
): Promise<void> {
  let credential = await credentialOf(deps);
  for (let replacements = 0; ; replacements++) {
    try {
      return await fetch(credential);
    } catch (error) {
      const next = replacements < mostReplacements ? await replaced(credential, error, deps) : undefined;
      if (!next) throw error;
      credential = next;
    }
  }
}

/** In one run: a provider whose tokens expire at once does not keep it going. */
const mostReplacements = 10;

/** What servers say in the middle of a session (RFC 5530: EXPIRED; RFC 3206: AUTH). */
const saysExpired = /\[EXPIRED|\[AUTH|expired|token/i;

/** @returns another token; undefined: there is none, or no other is needed */
async function replaced(old: Credential, error: unknown, deps: CredentialDeps): Promise<Credential | undefined> {
  if (old.kind !== 'token' || !(error instanceof FetchFailure) || error.kind === 'wrong') return undefined;
  const { account, tokens } = deps;
  const isExpired = error.kind === 'refused' || saysExpired.test(error.message);
  if (isExpired) tokens.rejected(account.secret, old.secret.reveal());
  const next = await credentialOf(deps).catch((why): undefined => {
    if (isExpired) throw why;
  });
  return next?.secret.reveal() === old.secret.reveal() ? undefined : next;
}

/** @throws FetchFailure */
async function credentialOf({ home, account, tokens }: CredentialDeps): Promise<Credential> {
  const { secret } = account;
  if (!isTokenFile(secret)) return passwordOf(account, readPassword(home, secret));
  const token = await tokens.get(secret);
  if (token.kind === 'token') return { kind: 'token', user: userOf(account), secret: secretOf(token.text) };
  throw new FetchFailure(token.isLasting ? 'wrong' : 'unable', `there is no access token: ${token.why}`);
}

/** @param password a byte string */
export function passwordOf(account: Pick<Account, 'user'>, password: string): Credential {
  return { kind: 'password', user: userOf(account), secret: secretOf(password) };
}

function userOf({ user }: Pick<Account, 'user'>): string {
  return Buffer.from(user, 'utf8').toString('latin1');
}

function readPassword(home: string, name: string): string {
  const file = readPasswordFile(home, name);
  if (file.kind === 'problem') throw new FetchFailure('wrong', `there is no password: ${file.why}`);
  return file.text;
}
