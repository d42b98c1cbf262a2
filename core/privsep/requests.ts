// All that the host may ask of its parent. The host talks to strangers, so each request is checked as if one of them had
// written it. No request names a uid, a program or a path.
import * as v from 'valibot';
import type { Outcome } from '../paper-path/outcome.ts';

/** The host's number for one request; all replies to it have the same. */
const Call = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));
const longestAddress = 20_000;
const longestSecret = 2000;

function bytes(longest: number) {
  return v.pipe(v.string(), v.maxLength(longest), v.regex(/^[\0-\u00ff]*$/));
}

const Claim = v.strictObject({
  name: bytes(longestSecret),
  secret: bytes(longestSecret),
  how: v.picklist(['pass', 'apop']),
});

/** Variables that tcpserver sets for a client: a program of root gets nothing else from the host. */
const ClientFacts = v.record(v.pipe(v.string(), v.regex(/^(?:PROTO|TCP[A-Z0-9]{1,20})$/)), bytes(1000));

export const Request = v.variant('kind', [
  /** Delivers message `id` of the queue to a local recipient. With the socket on which the delivery talks. */
  v.strictObject({
    kind: v.literal('deliver'),
    call: Call,
    id: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER)),
    local: bytes(longestAddress),
    host: bytes(longestAddress),
    sender: bytes(longestAddress),
  }),
  /** Starts one of our own processes. With the socket on which it works. */
  v.strictObject({ kind: v.literal('start'), call: Call, role: v.picklist(['owner', 'parser']) }),
  /** Ends the process started for an earlier request. */
  v.strictObject({ kind: v.literal('kill'), call: Call }),
  v.strictObject({ kind: v.literal('verify'), call: Call, name: bytes(longestSecret), password: bytes(longestSecret) }),
  v.strictObject({ kind: v.literal('offersApop'), call: Call }),
  /** Serves a mailbox to a client that can prove to be its user. With the socket on which it is served. */
  v.strictObject({
    kind: v.literal('mailbox'),
    call: Call,
    claim: Claim,
    stamp: bytes(1000),
    client: v.pipe(
      ClientFacts,
      v.check(facts => Object.keys(facts).length <= 20),
    ),
  }),
]);
export type Request = v.InferOutput<typeof Request>;
export type RequestOf<Kind extends Request['kind']> = Extract<Request, { kind: Kind }>;

/** What the parent replies. */
export type Reply = { readonly call: number } & (
  | { readonly kind: 'started'; readonly delivery?: { readonly uid: number; readonly alias: boolean } }
  /** A started process has ended, and how. */
  | { readonly kind: 'ended'; readonly how: string; readonly code: number | null; readonly said: string }
  /** No delivery needs to be started: this is the outcome. */
  | { readonly kind: 'outcome'; readonly outcome: Outcome }
  | { readonly kind: 'answer'; readonly yes: boolean }
  /** It could not be done, for a reason that may pass. */
  | { readonly kind: 'problem'; readonly reason: string }
);
