// One pass over one message on one channel: which recipient is next, and what the outcome of each attempt changes on disk.
import { rmSync, utimesSync } from 'node:fs';
import type { Channel } from '../control/classify.ts';
import { stripPrepend } from '../control/classify.ts';
import type { Control } from '../control/control.ts';
import type { Outcome } from '../lib/outcome.ts';
import type { DeliveryJob } from '../lib/paper-path.ts';
import { appendBounce, bounceParagraph } from './bounce.ts';
import { ensureMessageFile, readFresh } from './fresh.ts';
import type { Journal } from './journal/journal.ts';
import type { QueueLayout } from './layout.ts';
import type { QueueLog } from './log-lines.ts';
import { readSender } from './read-sender.ts';
import { markInFile, openRecipients, type PendingRecipient } from './recipients.ts';
import { nextTrySec } from './schedule.ts';
import { settle } from './settle.ts';
import { expandVerp } from './verp.ts';
import type { WaitingMessage } from './waiting.ts';

/** What a pass needs. */
export interface PassDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly log: QueueLog;
  readonly journal: Pick<Journal, 'note'>;
  /** Waits; used only while the disk refuses to record a failure. */
  readonly pause: (delayMs: number) => Promise<void>;
}

/** An open pass. The scheduler asks for recipients while it has free slots and tells the outcome of each. */
export interface Pass {
  readonly id: number;
  readonly channel: Channel;
  /** What the delivery of a recipient gets. */
  job(recipient: PendingRecipient): DeliveryJob;
  /** The next recipient to try; undefined when there is none (any more). */
  next(): PendingRecipient | undefined;
  /** What an outcome means for this message: after the queue lifetime, *later* is *never*. */
  judge(outcome: Outcome): Outcome;
  /** Records a judged outcome on disk: the checkpoint that a crash cannot take back. */
  settle(recipient: PendingRecipient, outcome: Outcome): Promise<void>;
  /** True when all recipients were handed out and settled. */
  readonly finished: boolean;
  /** Ends the pass. @returns when the channel is to be tried again, or undefined when nobody is left there */
  close(): number | undefined;
}

const tooLong = "I'm not going to try again; this message has been in the queue too long.\n";
const bounceRetryMs = 10_000;
/** How long a channel rests after its file could not be opened, read or removed (qmail's SLEEP_SYSFAIL). */
export const sysFailSec = 123;

/** Opens a pass. @throws when the channel file cannot be opened */
export function openPass(deps: PassDeps, message: WaitingMessage, channel: Channel, startSec: number): Pass {
  const { id, bornSec, fresh } = message;
  const path = deps.layout[channel](id);
  const sender = fresh?.sender ?? readSender(deps.layout, id);
  const reader = fresh ? readFresh(fresh, channel) : openRecipients(path);
  const retrySec = nextTrySec(bornSec, startSec, channel);
  const dying = startSec > bornSec + deps.control().queueLifetimeSec;
  let handedOut = 0;
  let undone = 0;
  let exhausted = false;
  let broken = false;

  async function fail(recipient: PendingRecipient, report: string): Promise<void> {
    const paragraph = bounceParagraph(stripPrepend(recipient.address, deps.control()), report);
    for (;;) {
      try {
        const offset = appendBounce(deps.layout, id, paragraph);
        deps.journal.note({ type: 'failed', id, offset, paragraph });
        return;
      } catch {
        deps.log.alert('unable to append to bounce message; HELP! sleeping...');
        await deps.pause(bounceRetryMs);
      }
    }
  }

  function mark(recipient: PendingRecipient): void {
    try {
      reader.mark(recipient);
      // A message that was settled while this pass was open has its marks in the file too, from the journal's checkpoint on.
      if (fresh && !message.fresh) markInFile(path, recipient.offset);
    } catch {
      undone++;
      deps.log.warning(`trouble marking ${path}; message will be delivered twice!`);
    }
    deps.journal.note({ type: 'marked', id, channel, offset: recipient.offset });
  }

  return {
    id,
    channel,
    job: recipient => ({
      id,
      ...(fresh?.raw && { raw: fresh.raw }),
      get path() {
        return ensureMessageFile(deps.layout, id, message.fresh);
      },
      sender: expandVerp(sender, recipient.address),
      recipient: recipient.address,
    }),
    next() {
      if (exhausted) return undefined;
      let found: PendingRecipient | undefined;
      try {
        found = reader.next();
      } catch {
        broken = true;
        deps.log.warning(`trouble reading ${path}; will try again later`);
      }
      if (found) handedOut++;
      else exhausted = true;
      return found;
    },
    judge(outcome) {
      if (outcome.kind !== 'later' || !dying) return outcome;
      return { ...outcome, kind: 'never', text: `${endLine(outcome.text)}${tooLong}` };
    },
    async settle(recipient, outcome) {
      if (outcome.kind === 'never') await fail(recipient, outcome.text);
      if (outcome.kind === 'later') undone++;
      else mark(recipient);
      handedOut--;
    },
    get finished() {
      return exhausted && handedOut === 0;
    },
    close() {
      reader.close();
      if (broken) return startSec + sysFailSec;
      if (undone > 0 || !exhausted) {
        const dueSec = exhausted ? retrySec : startSec;
        keepForLater(deps, message, channel, dueSec);
        return dueSec;
      }
      try {
        if (!message.fresh) rmSync(path, { force: true });
        return undefined;
      } catch {
        deps.log.warning(`unable to unlink ${path}; will try again later`);
        return startSec + sysFailSec;
      }
    },
  };
}

/** A message that has to wait gets its files. The next attempt's time is the channel file's mtime: it survives a restart. */
function keepForLater(deps: PassDeps, message: WaitingMessage, channel: Channel, dueSec: number): void {
  const path = deps.layout[channel](message.id);
  try {
    settle(deps.layout, message);
    utimesSync(path, dueSec, dueSec);
  } catch {
    deps.log.warning(`unable to utime ${path}; message will be retried too soon`);
  }
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
