// The state of the host, check by check: what was looked at, what came out, and what to do. The command line, the window and
// programs show the same records.
import * as v from 'valibot';
import { verb } from './verb.ts';

export const Check = v.object({
  /** Stable name of the kind, e.g. `certificate`. */
  code: v.string(),
  /** What was looked at, e.g. `Certificate tls/cert.pem`. */
  looked: v.string(),
  /** `unchecked`: it was not looked at, or could not be; `text` says why. */
  result: v.picklist(['fine', 'warning', 'wrong', 'unchecked']),
  /** What was found and, unless it is fine, what to do about it. */
  text: v.string(),
});
export type Check = v.InferOutput<typeof Check>;

export const checks = verb(
  /** `network`: name servers, relays and exchangers elsewhere are asked too. Without it, no traffic leaves the machine. */
  v.object({ network: v.optional(v.boolean(), false) }),
  v.object({ atMs: v.number(), network: v.boolean(), checks: v.array(Check) }),
);

/** Whether the owner should do something about it. */
export function needsOwner({ result }: Check): boolean {
  return result === 'wrong' || result === 'warning';
}

/** The results as people read them. */
export const resultWords: Readonly<Record<Check['result'], string>> = {
  fine: 'Fine',
  warning: 'Warning',
  wrong: 'Wrong',
  unchecked: 'Not looked at',
};
