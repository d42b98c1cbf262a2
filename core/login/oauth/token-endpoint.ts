// Requests to a provider's token endpoint and its like (RFC 6749): a form goes there, JSON comes back, within limits.
import * as v from 'valibot';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface EndpointDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** `rejected`: the provider said no, with its code; `failed`: nobody knows, it may work later. */
export type EndpointReply<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'rejected'; readonly error: string }
  | { readonly kind: 'failed'; readonly why: string };

const limitMs = 30_000;
const largestReplyBytes = 64 * 1024;

/** RFC 6749 section 5.2. */
const Refusal = v.object({ error: v.pipe(v.string(), v.regex(/^[\x20-\x7e]{1,100}$/)) });

/** Some providers send the seconds as a string; a date must be able to hold them. */
const atMostYears = (seconds: number | string) => Math.min(Number(seconds), 10 * 366 * 86_400);

/** RFC 6749 section 5.1. */
export const TokenReply = v.object({
  access_token: v.pipe(v.string(), v.minLength(1), v.maxLength(16_384)),
  expires_in: v.optional(v.pipe(v.union([v.number(), v.string()]), v.transform(atMostYears), v.minValue(0))),
  refresh_token: v.optional(v.pipe(v.string(), v.minLength(1), v.maxLength(16_384))),
});
export type TokenReply = v.InferOutput<typeof TokenReply>;

/** Sends a form. No redirect is followed: it holds secrets. Never throws. */
export async function askEndpoint<Schema extends v.GenericSchema>(
  { fetch, clock }: EndpointDeps,
  url: string,
  form: Readonly<Record<string, string>>,
  schema: Schema,
): Promise<EndpointReply<v.InferOutput<Schema>>> {
  const late = new AbortController();
  const cancel = clock.after(limitMs, () => late.abort(new Error('no answer in time')));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(form).toString(),
      redirect: 'error',
      signal: late.signal,
    });
    const json = parseJson(await bodyOf(response));
    const value = v.safeParse(schema, json);
    if (response.ok && value.success) return { kind: 'value', value: value.output };
    const refusal = v.safeParse(Refusal, json);
    if (refusal.success) return { kind: 'rejected', error: refusal.output.error };
    return { kind: 'failed', why: `it replied with status ${response.status} and nothing that is understood` };
  } catch (error) {
    return { kind: 'failed', why: causeOf(error) };
  } finally {
    cancel();
  }
}

async function bodyOf({ body }: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body ?? []) {
    length += piece.length;
    if (length > largestReplyBytes) throw new Error('its reply is too long');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** `fetch failed` says nothing; what it failed of does. */
function causeOf(error: unknown): string {
  const { cause } = error instanceof Error ? error : {};
  return reasonOf(cause ?? error);
}
