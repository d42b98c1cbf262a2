// The only way into the running queue (qmail-send's todo_do): recipients are classified, the message is committed to the journal
// (from that moment on it cannot be lost) and logged, and the scheduler gets it.
import type { Channel } from '../../control/classify.ts';
import { classify } from '../../control/classify.ts';
import type { Control } from '../../control/control.ts';
import { type Clock, nowSec } from '../../lib/clock.ts';
import { createTimeSlice } from '../../lib/time-slice.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import type { KeptDsn } from '../files/dsn-file.ts';
import type { TodoRecord } from '../files/envelope-file.ts';
import type { QueueLayout } from '../files/layout.ts';
import { type PendingRecipient, recordBytes } from '../files/recipients.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import { DueTimes } from '../store/due-times.ts';
import { StoreInJournal } from '../store/in-journal.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';
import { hashOfMessage } from './message-hash.ts';
import { messageIdIn } from './message-id.ts';

/** Messages up to this size go into the journal. */
export const inlineBytes = 64 * 1024;

/** What admitting needs. */
export interface AdmitDeps {
  readonly layout: QueueLayout;
  readonly control: () => Control;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly log: QueueLog;
  readonly ready: (message: QueuedMessage) => void;
}

/** A message whose bytes are in memory or in mess/N. */
export interface Candidate {
  readonly id: number;
  readonly sizeBytes: number;
  readonly envelope: TodoRecord;
  /** The message's bytes, for the journal; undefined: mess/N is durable already. */
  readonly raw: Uint8Array | undefined;
  /** The beginning of the message, where it is in memory. */
  readonly head: Uint8Array | undefined;
  /** mess/N exists. */
  readonly hasFile: boolean;
  /** A client sent it by network. */
  readonly fromNetwork?: boolean;
  /** If the message came through todo/N: when mess/N was read last before (takeover.ts). */
  readonly readSec?: number | undefined;
  /** See `Accept`; an error of it is logged. */
  readonly onCommit?: (() => void) | undefined;
}

/** Resolves when the message is durable and queued. @throws when the disk refuses: nothing was promised */
export type Admit = (candidate: Candidate) => Promise<void>;

/** Admits messages until it is closed. */
export interface Admission {
  readonly admit: Admit;
  /** From now on no message is admitted; resolves when all that were on their way are in, or were refused. */
  close(): Promise<void>;
}

export function createAdmission({ layout, control, clock, journal, log, ready }: AdmitDeps): Admission {
  const onTheWay = new Set<Promise<void>>();
  let closed = false;

  async function take({ id, sizeBytes, envelope, raw, head, hasFile, readSec, onCommit }: Candidate): Promise<void> {
    const { sender, qp, uid } = envelope;
    const { recipients, pending, dsn } = await sortRecipients(envelope, control());
    const bornSec = nowSec(clock);
    const accepted = { type: 'accepted', id, qp, bornSec, sizeBytes, sender, recipients, raw, readSec, dsn } as const;
    const hash = control().logHashes ? await hashOfMessage(layout.mess(id), raw) : undefined;
    const segment = await journal.commit(accepted);
    // No await from here until the message is ready: a checkpoint must find every message that the journal has.
    tellCommitted(onCommit);
    log.newMessage(id);
    log.info(id, sizeBytes, sender, qp, uid);
    const messageNumber = head && messageIdIn(head);
    if (messageNumber !== undefined) log.identity(id, messageNumber);
    if (hash !== undefined) log.hash(id, hash);
    const channels = new DueTimes();
    for (const channel of ['local', 'remote'] as const) {
      if (recipients[channel].length > 0) channels.set(channel, bornSec);
    }
    const store = new StoreInJournal(layout, { message: accepted, recipients: pending, segment, hasFile });
    ready({ id, bornSec, sizeBytes, channels, store });
  }

  /** The message is accepted, whatever its sender could note. */
  function tellCommitted(tell: (() => void) | undefined): void {
    try {
      tell?.();
    } catch (error) {
      log.warning(`a message was accepted, but not noted as such: ${reasonOf(error)}`);
    }
  }

  return {
    async admit(candidate) {
      if (closed) throw new Error('the queue is being stopped');
      const taken = take(candidate);
      onTheWay.add(taken);
      try {
        await taken;
      } finally {
        onTheWay.delete(taken);
      }
    },
    async close() {
      closed = true;
      await Promise.allSettled(onTheWay);
    },
  };
}

type Sorted<T> = Readonly<Record<Channel, T[]>>;

/** In slices, so that a long list blocks nothing else. The control files are read once for all of it. */
async function sortRecipients(
  { recipients: all, dsn: asked }: Envelope,
  control: Control,
): Promise<{ recipients: Sorted<string>; pending: Sorted<PendingRecipient>; dsn: KeptDsn | undefined }> {
  const slice = createTimeSlice();
  const recipients: Sorted<string> = { local: [], remote: [] };
  const pending: Sorted<PendingRecipient> = { local: [], remote: [] };
  const offsets = { local: 0, remote: 0 };
  const dsn: KeptDsn = { ret: asked?.ret, envid: asked?.envid, everyone: asked?.everyone, local: {}, remote: {} };
  for (const [place, recipient] of all.entries()) {
    const { channel, address } = classify(recipient, control);
    recipients[channel].push(address);
    pending[channel].push({ address, offset: offsets[channel] });
    const wish = asked?.recipients[place];
    if (wish) dsn[channel][offsets[channel]] = wish;
    offsets[channel] += recordBytes(address);
    if (slice.isOver()) await slice.next();
  }
  return { recipients, pending, dsn: asked && dsn };
}
