// Another host's reply to a delivery.
import * as v from 'valibot';

export const RemoteAnswer = v.object({
  /** SMTP's code; null: the protocol has none, or the reply had none. */
  code: v.nullable(v.number()),
  /** The server's words after the code. */
  words: v.string(),
  /** The server; null: a program talked to it. */
  host: v.nullable(v.string()),
  ip: v.nullable(v.string()),
});
export type RemoteAnswer = v.InferOutput<typeof RemoteAnswer>;
