// What was promised for each recipient, and what happened: for tests in which the power fails.
import { readFileSync } from 'node:fs';
import type { DeliveryJob } from '../../core/paper-path/shapes.ts';

interface Fate {
  /** The sender was told that the message is in the queue. */
  accepted: boolean;
  /** The message is where no power failure takes it from. */
  delivered: boolean;
  /** So is the bounce that tells the sender of this recipient. */
  returned: boolean;
  /** The owner has ordered that the recipient gets nothing. */
  removed: boolean;
}

export interface Fates {
  /** They are known before they are promised anything. */
  begin(recipients: readonly string[]): void;
  promise(recipients: readonly string[]): void;
  remove(recipients: readonly string[]): void;
  /** A delivery was made of this job. @returns what to call when it is durable */
  arrived(job: DeliveryJob): () => void;
  /** What must not happen: a recipient got nothing, or another one's message. */
  wrong(): string[];
  readonly promised: number;
}

/** Knows a message by its text: the addresses of all its recipients are in it. */
export function createFates(): Fates {
  const fates = new Map<string, Fate>();
  const strange: string[] = [];

  function change(recipients: readonly string[], what: Partial<Fate>): void {
    for (const one of recipients) Object.assign(fates.get(one) ?? {}, what);
  }

  return {
    begin(recipients) {
      for (const one of recipients)
        fates.set(one, { accepted: false, delivered: false, returned: false, removed: false });
    },
    promise: recipients => change(recipients, { accepted: true }),
    remove: recipients => change(recipients, { removed: true }),
    arrived(job) {
      const text = job.raw ? Buffer.from(job.raw).toString('latin1') : readFileSync(job.path, 'latin1');
      if (isBounce(job)) {
        const recipients = [...text.matchAll(/^<(.*)>:$/gm)].map(([, address = '']) => address);
        return () => change(recipients, { returned: true });
      }
      if (!text.includes(job.recipient)) strange.push(`${job.recipient} got another message: ${text.slice(0, 200)}`);
      return () => change([job.recipient], { delivered: true });
    },
    wrong() {
      const lost = [...fates].filter(([, one]) => one.accepted && !one.removed && !one.delivered && !one.returned);
      return [...strange, ...lost.map(([recipient]) => `${recipient} is lost`)];
    },
    get promised() {
      return [...fates.values()].filter(one => one.accepted && !one.removed).length;
    },
  };
}

/** A bounce, or a double one. */
export function isBounce({ sender }: DeliveryJob): boolean {
  return sender === '' || sender === '#@[]';
}
