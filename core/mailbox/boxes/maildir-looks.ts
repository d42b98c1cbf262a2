// When a Maildir is looked through for mailboxes: soon after an event and a second time after that, each minute, and when it is
// asked for; one look after the other.
import type { Clock } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';

export interface MaildirLooks {
  /** Resolves when a look that begins after this call has ended; a failure is reported and not thrown. */
  now(): Promise<void>;
  /** Something happened that may be about mailboxes. */
  soon(): void;
  /** Looks each minute from now on. */
  startPoll(): void;
  /** Starts no further look; resolves when none is under way. */
  close(): Promise<void>;
}

export interface MaildirLooksDeps {
  readonly clock: Clock;
  readonly look: () => Promise<void>;
  /** Called each minute after a look, for changes that watches may have missed. */
  readonly poll: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}

const pollMs = 60_000;
const gatherMs = 20;
// The parts of a new mailbox are created one after the other: after an event, it looks a second time.
const secondLookMs = 1000;

export function createMaildirLooks({ clock, look, poll, failed }: MaildirLooksDeps): MaildirLooks {
  let closed = false;
  let last: Promise<void> = Promise.resolve();
  let cancelLook: Dispose | undefined;
  let cancelSecond: Dispose | undefined;
  let cancelPoll: Dispose | undefined;

  function now(): Promise<void> {
    last = last.then(look).catch(failed);
    return last;
  }

  function pollLater(): void {
    cancelPoll = clock.after(pollMs, () => {
      void now()
        .then(poll)
        .catch(failed)
        .finally(() => {
          if (!closed) pollLater();
        });
    });
  }

  return {
    now,
    soon() {
      cancelLook ??= clock.after(gatherMs, () => {
        cancelLook = undefined;
        void now();
        cancelSecond?.();
        cancelSecond = clock.after(secondLookMs, () => void now());
      });
    },
    startPoll: pollLater,
    close() {
      closed = true;
      cancelLook?.();
      cancelSecond?.();
      cancelPoll?.();
      return last;
    },
  };
}
