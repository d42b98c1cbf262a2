// How a page is let in: the first frames of its WebSocket, before any call. A page without a session sends the key of its
// address, once, and gets one; a page with a session proves it (session-proof.ts). What does not fit is closed with a code (page-close-codes.ts).
import * as v from 'valibot';

const Short = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

/** What a page begins with. */
export const Opening = v.union([v.strictObject({ key: Short }), v.strictObject({ session: Short, nonce: Short })]);
export type Opening = v.InferOutput<typeof Opening>;

/** What a page with a session says when it has the host's nonce. */
export const PageProof = v.strictObject({ proof: Short });

/** The host's part: its nonce, then a welcome, with a session that was just made or with its own proof. */
export type HostHandshake =
  | { readonly nonce: string }
  | { readonly made: { readonly session: string; readonly secret: string } }
  | { readonly proof: string };
