// One pass over one message on one channel: which recipient is next, and what the outcome of each attempt changes.
import type { Channel } from '../../control/classify.ts';
import type { Outcome } from '../../paper-path/outcome.ts';
import type { RemoteGate } from '../../paper-path/remote-gate.ts';
import type { DeliveryJob, Lane } from '../../paper-path/shapes.ts';
import { expandVerp } from '../bounce/verp.ts';
import { dsnOf } from '../files/dsn-file.ts';
import { isHeld } from '../files/holds.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import type { Delays } from '../notices/delays.ts';
import { hasPending } from '../store/message-store.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';
import { type Claimed, createClaims } from './claims.ts';
import { type CloseDeps, closeChannel, keepForLater, sysFailSec, warnOfReading } from './close-channel.ts';
import { createPutBack } from './put-back.ts';
import { createOutcomeRecorder, type RecordDeps } from './record-outcome.ts';
import { birthOf, nextTrySec } from './retry-schedule.ts';

/** What a pass needs. */
export type PassDeps = RecordDeps &
  CloseDeps & {
    /** How old mail for other hosts counts as. */
    readonly gate: Pick<RemoteGate, 'ageSec'>;
    readonly delays: Pick<Delays, 'begin'>;
  };

/** An open pass, as orders of the owner see it. A channel of a message has one at most. */
export interface ClaimablePass {
  readonly id: number;
  readonly channel: Channel;
  readonly message: QueuedMessage;
  /** Takes pending recipients out, to be recorded without an attempt; counts those that are being tried instead. */
  claim(wanted: (recipient: PendingRecipient) => boolean): Claimed;
  /** Records a judged outcome; no crash can take it back. `durably`: resolves when it is synced. */
  record(recipient: PendingRecipient, outcome: Outcome, durably?: 'durably'): Promise<void>;
  /** True while a recipient is handed out or claimed, and not recorded yet. */
  isOut(offset: number): boolean;
  /** True when all recipients were handed out and recorded. */
  readonly finished: boolean;
  /** Ends the pass. @returns when the channel is to be tried again; undefined: it has no recipient left */
  close(): number | undefined;
}

/** What a local delivery asks before it does anything. */
export type LocalStart = Required<Pick<DeliveryJob, 'begin' | 'enter'>>;

/** A pass that delivers. The scheduler asks for recipients while it has free slots and records the outcome of each. */
export interface Pass extends ClaimablePass {
  /** The envelope sender; `''` for a bounce. */
  readonly sender: string;
  /** What the delivery of a recipient gets. */
  job(recipient: PendingRecipient, local: LocalStart | undefined): DeliveryJob;
  /** The next recipient to try; undefined when there is none (any more). */
  next(): PendingRecipient | undefined;
  /** There is no slot for this recipient: it is the next one again. */
  giveBack(recipient: PendingRecipient): void;
  /** A lane has no room for this recipient: `next` passes it over until `retryPutBack`. */
  putBack(recipient: PendingRecipient, lane: Lane): void;
  retryPutBack(): void;
  /** The lanes that recipients were put back for. */
  readonly lanes: readonly Lane[];
  /** Leaves recipients that were put back, and all after them, to the next pass. */
  giveUp(): void;
  /** Ends a pass in which nothing was tried, as if it had never been opened. @returns false: something was */
  abandon(): boolean;
  /** What an outcome means for this message: after the queue lifetime, *later* is *never*. */
  judge(outcome: Outcome): Outcome;
}

const tooLong = "I'm not going to try again; this message has been in the queue too long.\n";
/** Codes that say less than 4.4.7, "delivery time expired"; any other reason is kept (RFC 3463 section 3.5). */
const unspecific: ReadonlySet<string> = new Set(['4.0.0', '4.3.0']);
/** How many recipients are put back before a pass waits for a lane. */
const mostPutBack = 500;

/** Opens a pass. @throws when the channel file cannot be opened */
export function openPass(deps: PassDeps, message: QueuedMessage, channel: Channel, startSec: number): Pass {
  const { id, store: opened } = message;
  const sender = opened.sender(id);
  const reader = opened.pending(id, channel);
  const birthSec = birthOf(message, startSec, opened.infoSec(id));
  const retrySec = nextTrySec(birthSec, startSec, channel);
  const ageSec = channel === 'remote' ? deps.gate.ageSec(birthSec, startSec) : startSec - birthSec;
  const isTooOld = ageSec > deps.control().queueLifetimeSec;
  const dsn = opened.dsn(id);
  const wishOf = ({ offset }: PendingRecipient) => dsnOf(dsn, channel, offset);
  const recorder = createOutcomeRecorder(deps, message, channel, reader, wishOf);
  const { out, claimed, claim } = createClaims(() => opened.pending(id, channel));
  const putBack = createPutBack();
  const late = deps.delays.begin({ message, channel, sender, birthSec, startSec });
  let givenBack: PendingRecipient | undefined;
  let recorded = 0;
  /** How many recipients were seen and stay pending. */
  let left = 0;
  let exhausted = false;
  let broken = false;

  /** One that was given or put back, or the next record. */
  function following(): PendingRecipient | undefined {
    const again = givenBack ?? putBack.next();
    givenBack = undefined;
    if (again || exhausted || putBack.size >= mostPutBack) return again;
    const found = reader.next();
    exhausted = found === undefined;
    return found;
  }

  /** The next one that is neither claimed nor held. */
  function nextToTry(): PendingRecipient | undefined {
    for (let found = following(); found; found = following()) {
      if (claimed.has(found.offset)) continue;
      if (!isHeld(message.held, channel, found.address)) return found;
      left++;
    }
    return undefined;
  }

  /** Only a pass that has seen all records, and none of them changed by a claim, can tell without reading them again. */
  function isPending(): boolean {
    return claimed.size === 0 ? left > 0 : hasPending(opened, id, channel);
  }

  return {
    id,
    channel,
    message,
    sender,
    job: (recipient, local) => ({
      id,
      ...local,
      ...(opened.raw && { raw: opened.raw }),
      get path() {
        return message.store.ensureFile(id);
      },
      sender: expandVerp(sender, recipient.address),
      recipient: recipient.address,
      ...(dsn && { dsn: { ret: dsn.ret, envid: dsn.envid, ...wishOf(recipient) } }),
    }),
    next() {
      try {
        const found = nextToTry();
        if (found) out.add(found.offset);
        return found;
      } catch (error) {
        [broken, exhausted] = [true, true];
        warnOfReading(deps, id, channel, error);
        return undefined;
      }
    },
    giveBack(recipient) {
      out.delete(recipient.offset);
      givenBack = recipient;
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
      left += putBack.size;
      putBack.clear();
      exhausted = true;
    },
    abandon() {
      if (recorded > 0 || left > 0 || out.size > 0 || claimed.size > 0 || broken) return false;
      reader.close();
      return true;
    },
    judge(outcome) {
      if (outcome.kind !== 'later' || !isTooOld) return outcome;
      const status = unspecific.has(outcome.status) ? '4.4.7' : outcome.status;
      return { ...outcome, kind: 'never', status, text: `${endLine(outcome.text)}${tooLong}` };
    },
    async record(recipient, outcome, durably) {
      recorded++;
      const by = claimed.has(recipient.offset) ? 'order' : 'attempt';
      if (!(await recorder.record(recipient, outcome, by, durably))) left++;
      if (outcome.kind === 'later') late.add(recipient.address, outcome, wishOf(recipient));
      out.delete(recipient.offset);
    },
    claim(wanted) {
      const found = claim(wanted);
      putBack.remove(claimed);
      return found;
    },
    isOut: offset => out.has(offset),
    get finished() {
      return exhausted && !givenBack && out.size + putBack.size === 0;
    },
    close() {
      reader.close();
      if (broken) return startSec + sysFailSec;
      return closeChannel(deps, message, channel, startSec, () => {
        const isCutShort = !exhausted || givenBack !== undefined || putBack.size > 0;
        if (!isCutShort && !isPending()) return undefined;
        const dueSec = isCutShort ? startSec : retrySec;
        keepForLater(deps, message, channel, dueSec);
        late.tell();
        return dueSec;
      });
    },
  };
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
