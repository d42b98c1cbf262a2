// What one delivery attempt came to (qmail: exit 0, 111, 100). The text is kept word for word, from the place where
// it arose down to the log line, the bounce and the screen; it may hold several lines.

/** `text` is what qmail's delivery report says after its K, Z or D; `status` is an RFC 3463 enhanced status code. */
export type Outcome =
  | { readonly kind: 'done'; readonly text: string }
  | { readonly kind: 'later'; readonly status: string; readonly text: string }
  | { readonly kind: 'never'; readonly status: string; readonly text: string };

/** The delivery happened. */
export function done(text: string): Outcome {
  return { kind: 'done', text };
}

/** A temporary failure: the recipient stays in the queue. `text` may carry its code as `(#4.x.y)`. */
export function later(text: string): Outcome {
  return { kind: 'later', status: statusIn(text) ?? '4.3.0', text };
}

/** A permanent failure: the recipient bounces. `text` may carry its code as `(#5.x.y)`. */
export function never(text: string): Outcome {
  return { kind: 'never', status: statusIn(text) ?? '5.0.0', text };
}

/** The first `(#x.y.z)` in a report, without the decoration. */
function statusIn(text: string): string | undefined {
  return /\(#([245]\.\d{1,3}\.\d{1,3})\)/.exec(text)?.[1];
}
