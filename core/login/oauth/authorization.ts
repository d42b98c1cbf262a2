// The authorization code flow of OAuth 2.0 for a program on the user's machine (RFC 8252), with PKCE (RFC 7636): where the browser
// goes, what it comes back with, and the tokens for that.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { clientForm, withReply } from './access-tokens.ts';
import type { OAuthProvider } from './providers.ts';
import { askEndpoint, type EndpointDeps, type EndpointReply, TokenReply } from './token-endpoint.ts';
import type { OAuthTokens } from './token-file.ts';

/** The user's registration with the provider. */
export interface OAuthClient {
  readonly clientId: string;
  /** Some providers give one to programs that cannot keep it. */
  readonly clientSecret?: string;
}

/** One visit of the browser at the provider. */
export interface Visit {
  /** Where the browser goes. */
  readonly url: string;
  /** Comes back with the browser, and proves that it was sent by us. */
  readonly state: string;
  /** Proves to the provider that the code is for us. */
  readonly verifier: string;
  readonly redirectUri: string;
}

/** @param random for tests */
export function planVisit(
  provider: OAuthProvider,
  { clientId }: OAuthClient,
  redirectUri: string,
  random: () => string = unguessable,
): Visit {
  const [state, verifier] = [random(), random()];
  const url = new URL(provider.authorizationEndpoint);
  const parameters = {
    ...{ response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: provider.scope, state },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
    ...provider.parameters,
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url: url.href, state, verifier, redirectUri };
}

/** What the browser came back with; undefined: it was not sent by us. */
export type Return =
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'refused'; readonly error: string };

/** @param target of the request: `/?code=…&state=…` */
export function readReturn(target: string, state: string): Return | undefined {
  const parameters = new URLSearchParams(target.slice(target.indexOf('?') + 1));
  if (!isSame(parameters.get('state') ?? '', state)) return undefined;
  const [code, error] = [parameters.get('code'), parameters.get('error')];
  if (code !== null && code !== '') return { kind: 'code', code };
  return { kind: 'refused', error: (error ?? 'no code').replace(/[^ -~]/g, '?').slice(0, 100) };
}

/** Exchanges the code for tokens. */
export async function redeemCode(
  deps: EndpointDeps,
  provider: OAuthProvider,
  client: OAuthClient,
  { verifier, redirectUri }: Visit,
  code: string,
): Promise<EndpointReply<OAuthTokens>> {
  const form = {
    ...{ grant_type: 'authorization_code', code, redirect_uri: redirectUri, code_verifier: verifier },
    ...clientForm(client.clientId, client.clientSecret),
  };
  return tokensOf(deps, provider, client, await askEndpoint(deps, provider.tokenEndpoint, form, TokenReply));
}

/** A reply of the token endpoint as the contents of a file. */
export function tokensOf(
  { clock }: EndpointDeps,
  { tokenEndpoint, scope }: OAuthProvider,
  client: OAuthClient,
  reply: EndpointReply<TokenReply>,
): EndpointReply<OAuthTokens> {
  if (reply.kind !== 'value') return reply;
  return { kind: 'value', value: withReply({ tokenEndpoint, scope, ...client }, reply.value, clock.nowMs()) };
}

function unguessable(): string {
  return randomBytes(32).toString('base64url');
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
