// What another host answered to a delivery.
import * as v from 'valibot';

export const RemoteAnswer = v.object({
  /** Of SMTP; null: the protocol has none, or this was none. */
  code: v.nullable(v.number()),
  /** What the server said behind its code. */
  words: v.string(),
  /** The server; null: a program has talked to it. */
  host: v.nullable(v.string()),
  ip: v.nullable(v.string()),
});
export type RemoteAnswer = v.InferOutput<typeof RemoteAnswer>;
