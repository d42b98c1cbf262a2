// One pass over one message on one channel: which recipient is next, and what the outcome of each attempt changes on disk.
import { rmSync, statSync, utimesSync } from 'node:fs';
import type { Channel } from '../../control/classify.ts';
import { stripPrepend } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import type { DeliveryJob, Lane } from '../../paper-path/shapes.ts';
import { appendBounce, bounceParagraph } from '../bounce/bounce.ts';
import { expandVerp } from '../bounce/verp.ts';
import { failureFields } from '../files/failure-fields.ts';
import { isHeld } from '../files/holds.ts';
import { readSender } from '../files/info-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { markInFile, type PendingRecipient, UnknownRecord } from '../files/recipients.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import { ensureMessageFile } from '../store/in-journal.ts';
import { settle } from '../store/move-to-files.ts';
import { birthOf, type QueuedMessage } from '../store/queued-messages.ts';
import { openView } from './channel-view.ts';
import { createPutBack } from './put-back.ts';
import { nextTrySec } from './retry-schedule.ts';

/** What a pass needs. */
export interface PassDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly log: QueueLog;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  /** Resolves when the files that deliveries have written so far are durable. @throws when the disk refuses */
  readonly syncWritten: () => Promise<void>;
  /** Deliveries of messages in the journal leave it to the next checkpoint to make them durable. */
  readonly defersSync: boolean;
  /** InterruptibleWaits, used only while the disk refuses to record a failure. @returns false at once when the host is to stop */
  readonly wait: (delayMs: number) => Promise<boolean>;
}

/** An open pass. The scheduler asks for recipients while it has free slots and tells the outcome of each. */
export interface Pass {
  readonly id: number;
  readonly channel: Channel;
  /** The message, of which this is one pass. */
  readonly message: QueuedMessage;
  /** The envelope sender; `''` for a bounce. */
  readonly sender: string;
  /** What the delivery of a recipient gets. */
  job(recipient: PendingRecipient, begin: DeliveryJob['begin']): DeliveryJob;
  /** The next recipient to try; undefined when there is none (any more). */
  next(): PendingRecipient | undefined;
  /** There is no room for this recipient in a lane: `next` passes them over until `retryPutBack`. */
  putBack(recipient: PendingRecipient, lane: Lane): void;
  retryPutBack(): void;
  /** What those who were put back wait for. */
  readonly lanes: readonly Lane[];
  /** Those who were put back, and whoever comes after them, are left to the next pass. */
  giveUp(): void;
  /** Ends a pass in which nothing was tried, as if it had never been opened. @returns false: something was */
  abandon(): boolean;
  /** What an outcome means for this message: after the queue lifetime, *later* is *never*. */
  judge(outcome: Outcome): Outcome;
  /** Records a judged outcome on disk: the checkpoint that a crash cannot take back. `durably`: resolves when it is synced. */
  record(recipient: PendingRecipient, outcome: Outcome, durably?: 'durably'): Promise<void>;
  /** Takes out recipients that still wait, to be settled without an attempt; counts those that are being tried instead. */
  claim(wanted: (recipient: PendingRecipient) => boolean): { claimed: PendingRecipient[]; busy: number };
  /** True while a recipient is handed out or claimed, and not settled yet. */
  isOut(offset: number): boolean;
  /** True when all recipients were handed out and settled. */
  readonly finished: boolean;
  /** Ends the pass. @returns when the channel is to be tried again, or undefined when nobody is left there */
  close(): number | undefined;
}

const tooLong = "I'm not going to try again; this message has been in the queue too long.\n";
/** Codes that say less than 4.4.7, "delivery time expired": a real reason is to be told instead of that (RFC 3463 section 3.5). */
const unspecific: ReadonlySet<string> = new Set(['4.0.0', '4.3.0']);
const bounceRetryMs = 10_000;
/** How long a channel rests after its file could not be opened, read or removed (qmail's SLEEP_SYSFAIL). */
export const sysFailSec = 123;
/** How many recipients are passed over because there is no room for them before a pass waits. */
const mostPutBack = 500;

function infoTimeSec(layout: QueueLayout, id: number): number | undefined {
  const info = statSync(layout.info(id), { throwIfNoEntry: false });
  return info && Math.floor(info.mtimeMs / 1000);
}

/**
 * Opens a pass. @throws when the channel file cannot be opened
 * @param keptSec makes a pass that tries nobody and only serves `claim`: whoever is left goes on waiting until this time
 */
export function openPass(
  deps: PassDeps,
  message: QueuedMessage,
  channel: Channel,
  startSec: number,
  keptSec?: number,
): Pass {
  const { id, bornSec, fresh } = message;
  const path = deps.layout[channel](id);
  const sender = fresh?.sender ?? readSender(deps.layout, id);
  const view = () => openView(deps.layout, id, fresh, channel);
  const reader = view();
  const birthSec = birthOf(message, startSec, fresh ? undefined : infoTimeSec(deps.layout, id));
  const retrySec = nextTrySec(birthSec, startSec, channel);
  const dying = startSec > birthSec + deps.control().queueLifetimeSec;
  /** By the offset of their records. */
  const out = new Set<number>();
  const claims = new Set<number>();
  const putBack = createPutBack();
  let tried = 0;
  let undone = 0;
  let exhausted = keptSec !== undefined;
  let broken = false;

  /**
   * The paragraph is on the disk before anything there can say that the recipient is done.
   * @returns false when the host stops before the disk takes it: the next one tries the recipient again
   */
  async function fail(recipient: PendingRecipient, outcome: Exclude<Outcome, { kind: 'done' }>): Promise<boolean> {
    const paragraph = bounceParagraph(stripPrepend(recipient.address, deps.control()), outcome.text);
    const fields = failureFields(outcome);
    for (;;) {
      try {
        const offset = appendBounce(deps.layout, message, paragraph, fields);
        message.failed = true;
        const record = { type: 'failed', id, bornSec, offset, paragraph, fields } as const;
        await deps.journal.commit(record).catch(() => deps.journal.note(record));
        return true;
      } catch {
        deps.log.alert('unable to append to bounce message; HELP! sleeping...');
        if (!(await deps.wait(bounceRetryMs))) return false;
      }
    }
  }

  /**
   * A mark must not outlive what it stands for: where only the journal will make a delivery durable, it says so.
   * @returns false when the disk refuses: the recipient is not done, and the journal must not say that he is
   */
  async function mark(recipient: PendingRecipient): Promise<boolean> {
    try {
      // A message that was settled while this pass was open has its marks in the file too.
      if (fresh && !message.fresh) {
        if (channel === 'local') await deps.syncWritten();
        markInFile(path, recipient.offset);
      }
      reader.mark(recipient);
      return true;
    } catch {
      undone++;
      deps.log.warning(`trouble marking ${path}; message will be delivered twice!`);
      return false;
    }
  }

  function warnOfReading(error: unknown): void {
    const unknown = error instanceof UnknownRecord;
    deps.log.warning(unknown ? `unknown record type in ${path}!` : `trouble reading ${path}; will try again later`);
  }

  /** One that was put back, or the next record. */
  function following(): PendingRecipient | undefined {
    const again = putBack.next();
    if (again || exhausted || putBack.size >= mostPutBack) return again;
    const found = reader.next();
    exhausted = found === undefined;
    return found;
  }

  /** The next one that is neither claimed nor held. */
  function nextToTry(): PendingRecipient | undefined {
    for (let found = following(); found; found = following()) {
      if (claims.has(found.offset)) continue;
      if (!isHeld(message.held, channel, found.address)) return found;
      undone++;
    }
    return undefined;
  }

  /** Only a pass that has seen all records, and none of them changed by a claim, can tell without reading them again. */
  function hasPendingLeft(): boolean {
    if (claims.size === 0 && keptSec === undefined) return undone > 0;
    const again = view();
    try {
      return again.next() !== undefined;
    } finally {
      again.close();
    }
  }

  return {
    id,
    channel,
    message,
    sender,
    job: (recipient, begin) => ({
      id,
      ...(begin && { begin }),
      ...(fresh?.raw && { raw: fresh.raw }),
      get path() {
        return ensureMessageFile(deps.layout, id, message.fresh);
      },
      sender: expandVerp(sender, recipient.address),
      recipient: recipient.address,
    }),
    next() {
      try {
        const found = nextToTry();
        if (found) out.add(found.offset);
        return found;
      } catch (error) {
        [broken, exhausted] = [true, true];
        warnOfReading(error);
        return undefined;
      }
    },
    putBack(recipient, lane) {
      out.delete(recipient.offset);
      putBack.add(recipient, lane);
    },
    retryPutBack: putBack.retry,
    get lanes() {
      return putBack.lanes;
    },
    giveUp() {
      undone += putBack.size;
      putBack.clear();
      exhausted = true;
    },
    abandon() {
      if (tried > 0 || undone > 0 || out.size > 0 || claims.size > 0 || broken) return false;
      reader.close();
      return true;
    },
    judge(outcome) {
      if (outcome.kind !== 'later' || !dying) return outcome;
      const status = unspecific.has(outcome.status) ? '4.4.7' : outcome.status;
      return { ...outcome, kind: 'never', status, text: `${endLine(outcome.text)}${tooLong}` };
    },
    async record(recipient, outcome, durably) {
      tried++;
      const isNoted = outcome.kind !== 'never' || (await fail(recipient, outcome));
      if (outcome.kind === 'later' || !isNoted) {
        undone++;
      } else {
        const isDelivery = outcome.kind === 'done' && !claims.has(recipient.offset);
        const sure = channel === 'remote' || !isDelivery || !message.fresh?.raw || !deps.defersSync;
        const isMarked = await mark(recipient);
        const record = { type: 'marked', id, bornSec, channel, offset: recipient.offset, sure } as const;
        if (isMarked && durably) await deps.journal.commit(record).catch(() => deps.journal.note(record));
        else if (isMarked) deps.journal.note(record);
      }
      out.delete(recipient.offset);
    },
    claim(wanted) {
      const claimed: PendingRecipient[] = [];
      let busy = 0;
      const all = view();
      try {
        for (let found = all.next(); found; found = all.next()) {
          if (!wanted(found)) continue;
          if (out.has(found.offset)) busy++;
          else claimed.push(found);
        }
      } finally {
        all.close();
      }
      for (const { offset } of claimed) {
        claims.add(offset);
        out.add(offset);
      }
      putBack.remove(claims);
      return { claimed, busy };
    },
    isOut: offset => out.has(offset),
    get finished() {
      return exhausted && out.size + putBack.size === 0;
    },
    close() {
      reader.close();
      if (broken) return startSec + sysFailSec;
      try {
        const isCutShort = !exhausted || putBack.size > 0;
        if (isCutShort || hasPendingLeft()) {
          if (keptSec !== undefined) return backToSchedule(deps, message, channel, keptSec, startSec);
          const dueSec = isCutShort ? startSec : retrySec;
          keepForLater(deps, message, channel, dueSec);
          return dueSec;
        }
      } catch (error) {
        warnOfReading(error);
        return startSec + sysFailSec;
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
function keepForLater(deps: PassDeps, message: QueuedMessage, channel: Channel, dueSec: number): void {
  const path = deps.layout[channel](message.id);
  try {
    if (settle(deps.layout, message)) deps.journal.note({ type: 'settled', messages: [message] });
    utimesSync(path, dueSec, dueSec);
  } catch {
    deps.log.warning(`unable to utime ${path}; message will be retried too soon`);
  }
}

/** Marks have changed the file's mtime, which says when to try again. A message that is held has no such time. */
function backToSchedule(
  deps: PassDeps,
  message: QueuedMessage,
  channel: Channel,
  keptSec: number,
  nowSec: number,
): number {
  const onDiskSec = Number.isFinite(keptSec) ? keptSec : nowSec;
  try {
    if (!message.fresh) utimesSync(deps.layout[channel](message.id), onDiskSec, onDiskSec);
  } catch {
    deps.log.warning(`unable to utime ${deps.layout[channel](message.id)}; message will be retried too soon`);
  }
  return keptSec;
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
