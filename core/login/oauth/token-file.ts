// A file of OAuth tokens, `secrets/NAME.oauth`: JSON that a person can write too, with an access token alone.
import * as v from 'valibot';
import { parseJson } from '../../lib/text/parse-json.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(16_384));
const https = v.pipe(text, v.startsWith('https://'));

const Tokens = v.object({
  accessToken: v.optional(text),
  /** When the access token expires, as in ISO 8601; missing: nobody knows. */
  expiresAt: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  refreshToken: v.optional(text),
  tokenEndpoint: v.optional(https),
  clientId: v.optional(text),
  clientSecret: v.optional(text),
  scope: v.optional(text),
});
/** The contents of the file. */
export type OAuthTokens = v.InferOutput<typeof Tokens>;

/** Whether a file of secrets/ has tokens, and not a password: its name says so. */
export function isTokenFile(name: string): boolean {
  return name.endsWith('.oauth');
}

/** @param json a byte string @returns undefined: not such a file */
export function parseTokens(json: string): OAuthTokens | undefined {
  return parseJson(Tokens, Buffer.from(json, 'latin1').toString('utf8'));
}

/** A byte string. */
export function formatTokens(tokens: OAuthTokens): string {
  return Buffer.from(`${JSON.stringify(tokens, null, 2)}\n`).toString('latin1');
}
