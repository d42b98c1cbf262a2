// The mechanisms that Waypost knows, and which of them a login uses.
import { startCramMd5 } from './cram-md5.ts';
import { startLogin } from './login.ts';
import { startOAuthBearer, startXOAuth2 } from './oauth-bearer.ts';
import { startPlain } from './plain.ts';
import { startScram } from './scram.ts';
import type { Credential } from './secret.ts';
import type { LoginInput, Step } from './turn.ts';

export interface Mechanism {
  /** As servers offer it. */
  readonly name: string;
  readonly credential: Credential['kind'];
  /** Who reads the connection can log in afterwards. */
  readonly sendsSecret: boolean;
  readonly start: (input: LoginInput) => Step;
}

/** The strongest first. */
const mechanisms: readonly Mechanism[] = [
  { name: 'SCRAM-SHA-256', credential: 'password', sendsSecret: false, start: input => startScram('sha256', input) },
  { name: 'SCRAM-SHA-1', credential: 'password', sendsSecret: false, start: input => startScram('sha1', input) },
  { name: 'CRAM-MD5', credential: 'password', sendsSecret: false, start: startCramMd5 },
  { name: 'PLAIN', credential: 'password', sendsSecret: true, start: startPlain },
  { name: 'LOGIN', credential: 'password', sendsSecret: true, start: startLogin },
  { name: 'OAUTHBEARER', credential: 'token', sendsSecret: true, start: startOAuthBearer },
  { name: 'XOAUTH2', credential: 'token', sendsSecret: true, start: startXOAuth2 },
];

/**
 * The mechanisms for this credential among those that the server offers, the strongest first. A secret is never sent in the clear.
 * @param offered in any case
 * @param isEncrypted by TLS whose certificate was verified
 */
export function mechanismsFor(
  offered: readonly string[],
  { kind }: Pick<Credential, 'kind'>,
  isEncrypted: boolean,
): readonly Mechanism[] {
  const names = new Set(offered.map(name => name.toUpperCase()));
  return mechanisms.filter(
    ({ name, credential, sendsSecret }) => credential === kind && names.has(name) && (isEncrypted || !sendsSecret),
  );
}
