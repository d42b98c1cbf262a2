// What would happen to mail for an address: each step with the file and line that decide, and how it would end. Nothing
// is run, sent or changed.
import * as v from 'valibot';
import { verb } from './verb.ts';

const Step = v.object({
  /**
   * What is looked at: the address itself, the tables of domains, users, home directories, .qmail files, the sender of
   * forwards or of mail to other hosts, one instruction, routes, the DNS.
   */
  stage: v.picklist(['address', 'domain', 'user', 'home', 'file', 'sender', 'line', 'route', 'dns']),
  /** The path of the file that decides; null: none does. */
  file: v.nullable(v.string()),
  line: v.nullable(v.number()),
  /** What it says, as a sentence for people. */
  says: v.string(),
});
export type ExplainStep = v.InferOutput<typeof Step>;

const Delivery = v.object({
  kind: v.picklist(['maildir', 'mbox', 'program', 'forward']),
  /** The path, the command or the address. */
  to: v.string(),
});
export type ExplainedDelivery = v.InferOutput<typeof Delivery>;

const Verdict = v.object({
  /**
   * `done`: delivered here, if the programs succeed; `link`: waits here for a link; `remote`: sent to another host; `later`: waits
   * in the queue; `never`: is returned to its sender; `unknown`: only the user whose mail it is, and root, can see it.
   */
  outcome: v.picklist(['done', 'link', 'remote', 'later', 'never', 'unknown']),
  /** What the delivery would report: `did 1+0+0`, or why it cannot be. */
  text: v.string(),
  /** What would be done here, in order; forwards go last. With `later` and `never`: what would be done before. */
  deliveries: v.array(Delivery),
  /** The envelope sender of forwards; null: there are none. */
  newSender: v.nullable(v.string()),
  /** IP addresses that would be tried, where the DNS was asked. */
  hosts: v.array(v.string()),
});
export type ExplainVerdict = v.InferOutput<typeof Verdict>;

/** What one part of the host knows of an address: the steps, and how it ends. */
export interface Explained {
  readonly steps: readonly ExplainStep[];
  readonly verdict: ExplainVerdict;
}

export const explain = {
  address: verb(
    v.object({
      address: v.pipe(v.string(), v.maxLength(1000)),
      /** The envelope sender; a list's owner matters only where there is one. */
      sender: v.optional(v.pipe(v.string(), v.maxLength(1000)), ''),
      /** The name servers are asked too, which may take some seconds. */
      dns: v.optional(v.boolean(), false),
    }),
    v.object({
      /** The address as it would be delivered, rewritten. */
      address: v.string(),
      channel: v.picklist(['local', 'remote']),
      steps: v.array(Step),
      verdict: Verdict,
    }),
  ),
};
