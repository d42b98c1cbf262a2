// What the owner of the host does to messages that wait, while it runs: hold, release, return to the sender, delete, look at.
// qmail can do none of it without being stopped. Every change goes through the scheduler's own passes, so that nobody is
// tried and given up at the same time; what was answered is durable.
import type { HandlersOf } from '../../api/contract.ts';
import { ApiError } from '../../api/errors.ts';
import type { QueueChange, QueueChoice } from '../../api/queue.ts';
import type { Channel } from '../../control/classify.ts';
import type { SyncDirectory } from '../../lib/disk/directory-sync.ts';
import { reasonOf } from '../../lib/user-error.ts';
import type { Decided } from '../../log-lines/queue/decision.ts';
import { displayAddress } from '../../message/address.ts';
import { done, never } from '../../paper-path/outcome.ts';
import { forgetHeld, type Held, isHeld, readBeginning, recipientKey, removeHeld, writeHeld } from '../files/holds.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueueLog } from '../queue-log.ts';
import type { Scheduler } from '../run/scheduler.ts';
import { settle } from '../store/move-to-files.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import { readChannel } from './overview.ts';

/** The calls that the operator answers. */
export type Operator = HandlersOf<'queue.hold' | 'queue.release' | 'queue.bounce' | 'queue.remove' | 'queue.view'>;

/** What the operator needs. */
export interface OperatorDeps {
  readonly layout: QueueLayout;
  readonly syncDirectory: SyncDirectory;
  readonly queued: QueuedMessages;
  readonly scheduler: Pick<Scheduler, 'hurry' | 'decide' | 'isTrying'>;
  readonly journal: Pick<Journal, 'note'>;
  readonly log: QueueLog;
  /** Called after anything changed that a person could see. */
  readonly changed: () => void;
}

/** A recipient that is not done. */
interface Pending {
  readonly channel: Channel;
  readonly address: string;
  readonly offset: number;
}

type Chosen = (recipient: { channel: Channel; address: string }) => boolean;

const returned = never('This message was returned before delivery by the administrator of the mail host. (#5.0.0)\n');
const viewBytes = 64 * 1024;
/** Messages changed at the same time: their fsyncs overlap. */
const width = 32;

/** The operator, and its end: from `close` on orders are refused; it resolves when those that came before are done. */
export function createOperator(deps: OperatorDeps): { operator: Operator; close(): Promise<unknown> } {
  const { layout, syncDirectory, queued, scheduler, journal, log } = deps;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;

  /** One change after the other: each begins with what the one before has left. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = last.then(change);
    last = result.catch(() => undefined);
    return result;
  }

  function change(
    { ids, bornMs, recipient }: QueueChoice,
    one: (message: QueuedMessage, chosen: Chosen) => Promise<QueueChange>,
  ): Promise<QueueChange> {
    const chosen: Chosen = ({ channel, address }) =>
      !recipient || (displayAddress(address) === recipient.address && (recipient.channel ?? channel) === channel);
    const meant = [...new Set(ids)]
      .flatMap(id => queued.all.get(id) ?? [])
      .filter(({ bornSec }) => bornMs === undefined || bornSec * 1000 === bornMs);
    if (closed) throw new ApiError('failed', 'Waypost is stopping.');
    return inTurn(async () => {
      // While it waited for its turn, a number may have become another message's.
      const messages = meant.filter(message => queued.all.get(message.id) === message);
      if (messages.length === 0) throw gone(ids);
      const total = { changed: 0, busy: 0 };
      try {
        for (let at = 0; at < messages.length; at += width) {
          const group = messages.slice(at, at + width).map(message => one(message, chosen));
          for (const { changed, busy } of await allOf(group)) {
            total.changed += changed;
            total.busy += busy;
          }
        }
      } catch (error) {
        throw new ApiError('failed', `The queue could not be changed: ${reasonOf(error)}`, { cause: error });
      } finally {
        deps.changed();
      }
      return total;
    });
  }

  async function hold(message: QueuedMessage, chosen: Chosen): Promise<QueueChange> {
    const { id, held: before } = message;
    const wanted = pendingOf(layout, message).filter(chosen);
    const fresh = wanted.filter(({ channel, address }) => !isHeld(before, channel, address));
    if (fresh.length === 0) return { changed: 0, busy: 0 };
    const everybody = wanted.length === pendingOf(layout, message).length;
    const held: Held = everybody ? 'all' : new Set([...keysOf(before), ...wanted.map(keyOf)]);
    message.held = held; // From here on nobody of them is tried.
    try {
      if (settle(layout, message)) journal.note({ type: 'settled', messages: [message] });
      await writeHeld(layout, syncDirectory, id, held);
    } catch (error) {
      message.held = before;
      if (queued.all.get(id) === message) throw error;
    }
    if (queued.all.get(id) === message) return report('held', id, fresh);
    // A delivery that was running was the last one, and the message has gone.
    forgetHeld(layout, id);
    return { changed: 0, busy: 0 };
  }

  async function release(message: QueuedMessage, chosen: Chosen): Promise<QueueChange> {
    const { id, held: before } = message;
    const heldNow = pendingOf(layout, message).filter(({ channel, address }) => isHeld(before, channel, address));
    const freed = heldNow.filter(chosen);
    if (freed.length === 0) return { changed: 0, busy: 0 };
    const left = heldNow.filter(recipient => !chosen(recipient));
    const held = left.length > 0 ? new Set(left.map(keyOf)) : undefined;
    if (held) await writeHeld(layout, syncDirectory, id, held);
    else await removeHeld(layout, syncDirectory, id);
    message.held = held;
    if (queued.all.get(id) === message) scheduler.hurry(message);
    return report('released', id, freed);
  }

  function giveUp(what: Decided & ('returned' | 'deleted')) {
    const outcome = what === 'returned' ? returned : done('');
    return async (message: QueuedMessage, chosen: Chosen): Promise<QueueChange> => {
      const total = { changed: 0, busy: 0 };
      for (const channel of [...message.channels.keys()]) {
        const { changed, busy } = await scheduler.decide(message, channel, {
          outcome,
          wanted: ({ address }) => chosen({ channel, address }),
          decided: ({ address }) => log.decided(what, message.id, channel, address),
        });
        total.changed += changed;
        total.busy += busy;
      }
      return total;
    };
  }

  /** Those that are being tried count as busy: they are held (or free) when that has ended. */
  function report(what: Decided, id: number, recipients: readonly Pending[]): QueueChange {
    for (const { channel, address } of recipients) log.decided(what, id, channel, address);
    const busy = recipients.filter(({ channel, offset }) => scheduler.isTrying(id, channel, offset)).length;
    return { changed: recipients.length - busy, busy };
  }

  const operator: Operator = {
    'queue.hold': async choice => change(choice, hold),
    'queue.release': async choice => change(choice, release),
    'queue.bounce': async choice => change(choice, giveUp('returned')),
    'queue.remove': async choice => change(choice, giveUp('deleted')),
    async 'queue.view'({ id }) {
      const message = queued.all.get(id);
      if (!message) throw gone([id]);
      const raw = message.fresh?.raw ?? readBeginning(layout.mess(id), viewBytes);
      const cut = message.sizeBytes > viewBytes;
      // In a stream's mode a character that is cut in two is left out.
      const text = new TextDecoder().decode(raw.subarray(0, viewBytes), { stream: cut });
      return { text, cut };
    },
  };
  return {
    operator,
    close() {
      closed = true;
      return last;
    },
  };
}

function gone(ids: readonly number[]): ApiError {
  const what = ids.length === 1 ? `Message ${ids[0]} is not` : 'None of these messages are';
  return new ApiError('gone', `${what} in the queue.`);
}

/** The results of all, after all have ended. @throws the first failure */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function pendingOf(layout: QueueLayout, message: QueuedMessage): Pending[] {
  return [...message.channels.keys()].flatMap(channel => {
    const pending: Pending[] = [];
    let offset = 0;
    for (const record of readChannel(layout, message, channel).toString('latin1').split('\0')) {
      if (record.startsWith('T')) pending.push({ channel, address: record.slice(1), offset });
      offset += record.length + 1;
    }
    return pending;
  });
}

function keyOf({ channel, address }: Pending): string {
  return recipientKey(channel, address);
}

function keysOf(held: Held | undefined): Iterable<string> {
  return held instanceof Set ? held : [];
}
