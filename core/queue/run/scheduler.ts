// Which message is delivered when (qmail-send's main loop): in each turn it opens passes that are due, hands out recipients
// while slots are free, and then waits for the next due time.
import type { Channel } from '../../control/classify.ts';
import { nowSec } from '../../lib/clock.ts';
import type { Dispose } from '../../lib/dispose.ts';
import type { RemoteGate } from '../../paper-path/remote-gate.ts';
import type { Deliver, GroupOf } from '../../paper-path/shapes.ts';
import type { Journal } from '../journal/journal.ts';
import { createDelays, type DelayDeps } from '../notices/delays.ts';
import { createSuccesses } from '../notices/successes.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import type { AttemptBook } from './attempts.ts';
import { createChannelPasses } from './channel-passes.ts';
import type { DeferredRemovals } from './deferred-removals.ts';
import { createDeliveries } from './deliveries.ts';
import type { FinishDeps } from './finish-message.ts';
import { createFinisher } from './finisher.ts';
import type { IntakePriority } from './intake-priority.ts';
import { createInterruptibleWaits } from './interruptible-waits.ts';
import { createLanes } from './lanes.ts';
import type { LongDelivery } from './long-deliveries.ts';
import { createOrders, type Orders } from './orders.ts';
import type { PassDeps } from './pass.ts';

/** What the scheduler needs. */
export interface SchedulerDeps extends FinishDeps, Pick<DelayDeps, 'syncDirectory'> {
  readonly queued: QueuedMessages;
  readonly files: MessageStore;
  readonly intakePriority: Pick<IntakePriority, 'turn'>;
  readonly removals: DeferredRemovals;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly syncWritten: PassDeps['syncWritten'];
  readonly defersSync: PassDeps['defersSync'];
  readonly attempts: AttemptBook;
  /** Whether mail may go to other hosts now. */
  readonly gate: RemoteGate;
  readonly deliver: Readonly<Record<Channel, Deliver>>;
  /** Which recipients at other hosts are delivered together. */
  readonly groupOf: GroupOf;
  /** Called after anything changed that a person could see. */
  readonly changed: () => void;
}

/** The running scheduler. */
export interface Scheduler {
  /** Something may be due: looks at it soon. */
  wake(): void;
  /** Makes a message due now; where it is being tried, as soon as that has ended. */
  makeDue(message: QueuedMessage): void;
  /**
   * Records a decision about pending recipients; durable when it resolves. Those that are being tried are left alone and
   * counted. @throws when the channel file cannot be read
   */
  readonly decide: Orders['decide'];
  /** True while a recipient is being tried. */
  isTrying(id: number, channel: Channel, offset: number): boolean;
  running(): Readonly<Record<Channel, number>>;
  /** Local deliveries that have been running for long. */
  longDeliveries(): LongDelivery[];
  limits(): Readonly<Record<Channel, number>>;
  /** Until `resume` no delivery starts: those that run end, and new mail is accepted. */
  pause(): void;
  resume(): void;
  /** Since when it is paused, in ms; undefined: it is not. */
  pausedMs(): number | undefined;
  /** Starts nothing new; resolves when the running deliveries have ended and are recorded. */
  stop(): Promise<void>;
}

/** The longest wait without a look at the clock, which may be set, or stop while the machine sleeps. */
const lookAgainMs = 60_000;

const channels: readonly Channel[] = ['local', 'remote'];

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { queued, clock, intakePriority } = deps;
  let stopping = false;
  /** Nothing runs any more: the queue's files may belong to another host. */
  let closed = false;
  let pausedMs: number | undefined;
  let isTurnDue = false;
  let lastTurnSec = 0;
  let cancelTimer: Dispose = () => undefined;
  let stopped: () => void = () => undefined;

  const limits = () => ({ local: deps.control().concurrencyLocal, remote: deps.control().concurrencyRemote });
  const lanes = { local: createLanes(() => limits().local), remote: createLanes(() => limits().remote) };
  const waits = createInterruptibleWaits(clock);
  const finisher = createFinisher(deps, () => {
    deps.changed();
    if (stopping) wake();
  });
  const delays = createDelays(deps, wake);
  const passDeps = { ...deps, delays, successes: createSuccesses(deps), wait: waits.wait };
  const passesOf = (channel: Channel) =>
    createChannelPasses(passDeps, channel, lanes[channel], () => limits()[channel], finisher.begin);
  const passes = { local: passesOf('local'), remote: passesOf('remote') };
  const deliveries = createDeliveries({ ...deps, lanes, passes, limits, isStopping: () => stopping, ended: wake });
  const orders = createOrders(passes, wake);

  function wake(): void {
    if (isTurnDue) return;
    isTurnDue = true;
    setImmediate(turn);
  }

  function turn(): void {
    isTurnDue = false;
    cancelTimer();
    if (stopping) {
      if (!closed && deliveries.underWay + orders.underWay + finisher.underWay + delays.underWay === 0) close();
      return;
    }
    noticeClockSetBack();
    if (pausedMs !== undefined) return;
    const { untilSec, most } = intakePriority.turn();
    for (const channel of openChannels()) {
      passes[channel].callWaiters();
      passes[channel].openDue(untilSec, most);
      passes[channel].handOut(() => deliveries.running[channel] < limits()[channel], deliveries.start);
    }
    planNextTurn();
  }

  /** Those that may deliver now. */
  function openChannels(): readonly Channel[] {
    return deps.gate.isOpen ? channels : ['local'];
  }

  function planNextTurn(): void {
    // A place may have come free before its pass waited for it.
    if (openChannels().some(channel => lanes[channel].isCalling())) wake();
    // A channel without room waits for the end of a delivery, not for a time.
    const withRoom = openChannels().filter(channel => passes[channel].hasRoom);
    const dueSec = Math.min(...withRoom.map(channel => queued.nextDueSec(channel) ?? Number.POSITIVE_INFINITY));
    if (dueSec <= nowSec(clock)) wake();
    else if (dueSec !== Number.POSITIVE_INFINITY)
      cancelTimer = clock.after(Math.min(dueSec * 1000 - clock.nowMs(), lookAgainMs), wake);
  }

  function noticeClockSetBack(): void {
    const sec = nowSec(clock);
    if (sec < lastTurnSec) queued.setBack(lastTurnSec - sec);
    lastTurnSec = sec;
  }

  function close(): void {
    delays.close();
    for (const channel of channels) passes[channel].close();
    closed = true;
    finisher.close();
    stopped();
  }

  // A message without channels is finished at once.
  queued.onAdded(message => {
    if (message.channels.size === 0) finisher.soon(message);
    deps.changed();
    wake();
  });

  return {
    wake,
    makeDue(message) {
      for (const channel of message.channels.keys()) passes[channel].makeDue(message);
      wake();
    },
    async decide(message, channel, decision) {
      return stopping ? { changed: 0, busy: 0 } : orders.decide(message, channel, decision);
    },
    isTrying: (id, channel, offset) => passes[channel].isTrying(id, offset),
    running: () => ({ ...deliveries.running }),
    longDeliveries: deliveries.long,
    limits,
    pause() {
      pausedMs ??= clock.nowMs();
      deps.changed();
    },
    resume() {
      pausedMs = undefined;
      deps.changed();
      wake();
    },
    pausedMs: () => pausedMs,
    stop() {
      stopping = true;
      deps.removals.finish();
      waits.end();
      return new Promise(resolve => {
        stopped = resolve;
        wake();
      });
    },
  };
}
