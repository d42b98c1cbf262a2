// How a page is admitted: the first frames of its WebSocket, before any call. A page without a session sends the key of its
// address, once, and receives one; a page with a session proves it (session-proof.ts). Any other connection is closed with a
// code (page-close-codes.ts).
import * as v from 'valibot';

const Short = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** The first frame of a page. */
export const Opening = v.union([v.strictObject({ key: Short }), v.strictObject({ session: Short, nonce: Short })]);
export type Opening = v.InferOutput<typeof Opening>;

/** The second frame of a page with a session, after the host's nonce. */
export const PageProof = v.strictObject({ proof: Short });

/** The host's part: its nonce, then a welcome, with a session that was just created or with its own proof. */
export type HostHandshake =
  | { readonly nonce: string }
  | { readonly made: { readonly session: string; readonly secret: string } }
  | { readonly proof: string };
