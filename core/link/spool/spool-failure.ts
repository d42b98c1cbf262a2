// Whether mail can be put into the Maildir of a link: while it cannot, it waits in the queue, and the owner is told why.
import type { Problem } from '../../api/host.ts';
import type { Clock } from '../../lib/clock.ts';
import { localMinute } from '../../lib/text/local-time.ts';

export interface SpoolFailure {
  failed(why: string): void;
  /** A message is there: whatever it was has passed. */
  succeeded(): void;
  readonly problem: Problem | undefined;
}

export function createSpoolFailure(name: string, maildir: string, clock: Clock): SpoolFailure {
  let last: { readonly why: string; readonly atMs: number } | undefined;
  return {
    failed(why) {
      last = { why, atMs: clock.nowMs() };
    },
    succeeded() {
      last = undefined;
    },
    get problem() {
      if (!last) return undefined;
      const tried = localMinute(last.atMs);
      const text = `Mail for the link ${name} waits in the queue, because it cannot be written into ${maildir}: ${last.why} (tried ${tried}). When the cause is gone (make room if the disk is full), the queue goes on by itself; qmailctl doqueue makes it try at once.`;
      return { code: 'link-spool-fails', text };
    },
  };
}
