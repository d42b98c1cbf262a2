// The open passes of one channel: opens those that are due, hands out their recipients in turn, so that a long list does not
// delay other messages, and ends them.
import type { Channel } from '../../control/classify.ts';
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { GroupOf, Lane } from '../../paper-path/shapes.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import { hasPending } from '../store/message-store.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import { sysFailSec } from './close-channel.ts';
import { createLaneWaiters } from './lane-waiters.ts';
import { type Lanes, lanesOfRecipient } from './lanes.ts';
import { openOrderPass } from './order-pass.ts';
import { type ClaimablePass, openPass, type Pass, type PassDeps } from './pass.ts';
import { createSharedSlots } from './shared-slots.ts';

export interface ChannelPasses {
  /** True while more passes may be open. */
  readonly hasRoom: boolean;
  /** Opens passes of messages that were due by then, at most so many. */
  openDue(untilSec: number, most: number): void;
  /** Goes on with messages for which a lane has room again, the oldest first. */
  callWaiters(): void;
  /** Hands out recipients while there is a slot, and those that share one which was taken just now. */
  handOut(hasSlot: () => boolean, start: Start): void;
  /** A delivery found this lane full before it did anything: its recipient waits for the lane. */
  putBack(pass: Pass, recipient: PendingRecipient, full: Lane): void;
  /** Ends a pass if all its recipients are recorded. */
  endIfFinished(pass: ClaimablePass): void;
  /** The pass for an order of the owner: the one that is open, or one that tries no recipient. @throws when the channel cannot be read */
  passForOrder(message: QueuedMessage): ClaimablePass | undefined;
  /** Makes the channel of a message due now; where a pass is open, as soon as it has ended. */
  makeDue(message: QueuedMessage): void;
  isTrying(id: number, offset: number): boolean;
  /** The host stops: passes that were cut short are due when it comes back. */
  close(): void;
}

/** Starts an attempt; the recipient has a place in these lanes. @param slot its own, or one that another delivery has taken */
type Start = (pass: Pass, recipient: PendingRecipient, lanes: Lane[], slot: 'own' | 'shared') => void;

interface ChannelDeps extends PassDeps {
  readonly groupOf: GroupOf;
  readonly queued: QueuedMessages;
  readonly clock: Clock;
}

/**
 * @param limit how many deliveries of the channel may run
 * @param ended called when the last channel of a message has ended
 */
export function createChannelPasses(
  deps: ChannelDeps,
  channel: Channel,
  lanes: Lanes,
  limit: () => number,
  ended: (message: QueuedMessage) => void,
): ChannelPasses {
  const { queued, clock, log } = deps;
  /** All passes that have not ended, by message: a message has one at most. */
  const open = new Map<number, ClaimablePass>();
  /** Those that may have recipients to hand out, in turn. */
  const round: Pass[] = [];
  /** Passes whose message is due again as soon as they end. */
  const dueAgain = new WeakSet<ClaimablePass>();
  const waiters = createLaneWaiters(lanes, pass => open.delete(pass.id));

  /** When the disk does not tell, there may be one. */
  function mayHavePending({ id, store }: QueuedMessage): boolean {
    try {
      return hasPending(store, id, channel);
    } catch {
      return true;
    }
  }

  /** Several deliveries may find at the same time that their pass is finished: it ends once. */
  function end(pass: ClaimablePass): void {
    const { id, message } = pass;
    if (open.get(id) !== pass) return;
    open.delete(id);
    waiters.leave(message);
    const dueSec = pass.close();
    if (dueSec !== undefined) {
      queued.reschedule(id, channel, dueAgain.has(pass) ? nowSec(clock) : dueSec);
      return;
    }
    if (queued.all.get(id) !== message) return;
    message.channels.delete(channel);
    if (message.channels.size === 0) ended(message);
  }

  return {
    get hasRoom() {
      return round.length < limit();
    },
    openDue(untilSec, most) {
      for (let opened = 0; opened < most && round.length < limit(); opened++) {
        const message = queued.takeDue(channel, untilSec);
        if (!message) return;
        // Of a message that is held all recipients may be marked: a kill came before it could end.
        if (message.held === 'all' && mayHavePending(message)) {
          queued.reschedule(message.id, channel, Number.POSITIVE_INFINITY);
          continue;
        }
        try {
          const pass = openPass(deps, message, channel, nowSec(clock));
          waiters.leave(message);
          open.set(message.id, pass);
          round.push(pass);
        } catch {
          log.warning(`trouble opening ${deps.layout[channel](message.id)}; will try again later`);
          queued.reschedule(message.id, channel, nowSec(clock) + sysFailSec);
        }
      }
    },
    callWaiters() {
      const { messages, passes } = waiters.call();
      for (const { id, bornSec } of messages) {
        if (queued.all.get(id)?.channels.get(channel) === 'now' && !open.has(id))
          queued.reschedule(id, channel, Math.min(bornSec, nowSec(clock)));
      }
      round.push(...passes);
    },
    handOut(hasSlot, start) {
      const shared = createSharedSlots(channel === 'remote' ? deps.groupOf : alone);
      const needSlots: Pass[] = [];
      while (round.length > 0 && (hasSlot() || shared.haveRoom)) {
        const pass = round.shift() as Pass;
        const recipient = pass.next();
        if (recipient) {
          const place = shared.placeFor(pass, recipient);
          if (place.slot === 'own' && !hasSlot()) {
            pass.giveBack(recipient);
            needSlots.push(pass);
            continue;
          }
          round.push(pass);
          const wanted = lanesOfRecipient(channel, pass.sender, recipient.address);
          const full = lanes.enter(wanted);
          if (full) {
            pass.putBack(recipient, full);
            continue;
          }
          place.take();
          start(pass, recipient, wanted, place.slot);
        } else if (pass.finished || waiters.wait(pass) === 'ended') {
          end(pass);
        }
      }
      round.push(...needSlots);
    },
    putBack(pass, recipient, full) {
      pass.putBack(recipient, full);
      if (!round.includes(pass) && waiters.wait(pass) === 'ended') end(pass);
    },
    endIfFinished(pass) {
      if (pass.finished) end(pass);
    },
    passForOrder(message) {
      const dueSec = message.channels.get(channel);
      if (dueSec === undefined) return undefined;
      const already = open.get(message.id);
      if (already) return already;
      const sec = nowSec(clock);
      const pass = openOrderPass(deps, message, channel, sec, dueSec === 'now' ? sec : dueSec);
      open.set(message.id, pass);
      message.channels.set(channel, 'now');
      return pass;
    },
    makeDue(message) {
      const dueSec = message.channels.get(channel);
      if (dueSec === undefined) return;
      const pass = open.get(message.id);
      if (pass) dueAgain.add(pass);
      // Else it waits for a lane, and cannot be tried sooner.
      else if (dueSec !== 'now') queued.reschedule(message.id, channel, nowSec(clock));
    },
    isTrying: (id, offset) => open.get(id)?.isOut(offset) ?? false,
    close() {
      for (const pass of open.values()) pass.close();
    },
  };
}

const alone: GroupOf = () => undefined;
