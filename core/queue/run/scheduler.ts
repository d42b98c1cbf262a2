// Who is delivered when (qmail-send's main loop): opens passes that are due, hands out recipients while slots are free,
// records outcomes, finishes messages. Passes of one channel take turns, so that a long list does not starve a letter.
import type { Channel } from '../../control/classify.ts';
import { nowSec } from '../../lib/clock.ts';
import { later, type Outcome, outcomeFields } from '../../paper-path/outcome.ts';
import type { Deliver, DeliveryJob, Lane } from '../../paper-path/shapes.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import type { Journal } from '../journal/journal.ts';
import type { QueuedMessage, QueuedMessages } from '../store/queued-messages.ts';
import type { AttemptBook } from './attempts.ts';
import { hasPending } from './channel-view.ts';
import type { DeferredRemovals } from './deferred-removals.ts';
import type { FinishDeps } from './finish-message.ts';
import { createFinisher } from './finisher.ts';
import type { IntakePriority } from './intake-priority.ts';
import { createInterruptibleWaits } from './interruptible-waits.ts';
import { createLaneWaiters, type LaneWaiters } from './lane-waiters.ts';
import { createLanes, type Lanes, lanesOfRecipient } from './lanes.ts';
import { createRunningDeliveries, type LongDelivery, longMs } from './long-deliveries.ts';
import { openPass, type Pass, type PassDeps, sysFailSec } from './pass.ts';

/** What the scheduler needs. */
export interface SchedulerDeps extends FinishDeps {
  readonly queued: QueuedMessages;
  readonly intakePriority: Pick<IntakePriority, 'turn'>;
  readonly removals: DeferredRemovals;
  readonly journal: Pick<Journal, 'commit' | 'note'>;
  readonly syncWritten: PassDeps['syncWritten'];
  readonly defersSync: PassDeps['defersSync'];
  readonly attempts: AttemptBook;
  readonly deliver: Readonly<Record<Channel, Deliver>>;
  /** Called after anything changed that a person could see. */
  readonly changed: () => void;
}

/** The running scheduler. */
export interface Scheduler {
  /** Takes a preprocessed message in. Without channels it is finished at once. */
  add(message: QueuedMessage): void;
  /** Something may be due: looks at it soon. */
  wake(): void;
  /** Makes a message due now; where it is being tried, as soon as that has ended. */
  hurry(message: QueuedMessage): void;
  /**
   * Settles recipients that wait, without an attempt, and calls `settled` for each; durable when it resolves. Those that are
   * being tried are left alone and counted. @throws when the channel file cannot be read
   */
  decide(message: QueuedMessage, channel: Channel, decision: Decision): Promise<{ changed: number; busy: number }>;
  /** True while a recipient is being tried. */
  isTrying(id: number, channel: Channel, offset: number): boolean;
  running(): Readonly<Record<Channel, number>>;
  /** Local deliveries that have been running for long. */
  longDeliveries(): LongDelivery[];
  limits(): Readonly<Record<Channel, number>>;
  /** While paused it starts no delivery, until `resume`: those that run end, and new mail is taken in. */
  pause(): void;
  resume(): void;
  /** Since when it is paused, in ms; undefined: it is not. */
  pausedMs(): number | undefined;
  /** Starts nothing new; resolves when the running deliveries have ended and are recorded. */
  stop(): Promise<void>;
}

/** What is decided about recipients of a message, and for whom. */
interface Decision {
  readonly wanted: (recipient: PendingRecipient) => boolean;
  readonly outcome: Outcome;
  readonly decided: (recipient: PendingRecipient) => void;
}

/** The longest that it is waited without a look at the clock, which may be set or stand still while the machine sleeps. */
const lookAgainMs = 60_000;
/** Recipients settled in one go, so that the event loop is never blocked for long. */
const sliceRecipients = 200;

const channels: readonly Channel[] = ['local', 'remote'];

export function createScheduler(deps: SchedulerDeps): Scheduler {
  const { queued, clock, log } = deps;
  const reading: Record<Channel, Pass[]> = { local: [], remote: [] };
  /** All passes that have not ended, by message: one pass per message and channel. */
  const open: Record<Channel, Map<number, Pass>> = { local: new Map(), remote: new Map() };
  const running: Record<Channel, number> = { local: 0, remote: 0 };
  /** Passes whose channel is due again as soon as they end. */
  const hurried = new WeakSet<Pass>();
  const lanes: Record<Channel, Lanes> = {
    local: createLanes(() => limits().local),
    remote: createLanes(() => limits().remote),
  };
  const waiters: Record<Channel, LaneWaiters> = {
    local: createLaneWaiters(lanes.local, pass => open.local.delete(pass.id)),
    remote: createLaneWaiters(lanes.remote, pass => open.remote.delete(pass.id)),
  };
  const runs = createRunningDeliveries();
  const waits = createInterruptibleWaits(clock);
  let deliveries = 0;
  /** Orders of the owner that are being carried out. */
  let deciding = 0;
  let stopping = false;
  /** Nothing runs any more: the queue's files are another's. */
  let left = false;
  let pausedMs: number | undefined;
  let turnAsked = false;
  let lastTurnSec = 0;
  let cancelTimer: () => void = () => undefined;
  let stopped: () => void = () => undefined;

  const passDeps = { ...deps, wait: waits.wait };
  const finishing = createFinisher(deps, () => {
    deps.changed();
    if (stopping) wake();
  });
  const limits = () => ({ local: deps.control().concurrencyLocal, remote: deps.control().concurrencyRemote });

  function wake(): void {
    if (turnAsked) return;
    turnAsked = true;
    setImmediate(turn);
  }

  function turn(): void {
    turnAsked = false;
    cancelTimer();
    if (stopping) {
      if (!left && running.local + running.remote + deciding + finishing.underWay === 0) leave();
      return;
    }
    noticeClockSetBack();
    if (pausedMs !== undefined) return;
    const { untilSec, most } = deps.intakePriority.turn();
    for (const channel of channels) {
      callWaiters(channel);
      openDuePasses(channel, untilSec, most);
      handOut(channel);
    }
    // A place may have come free before its pass stood in line for it.
    if (channels.some(channel => lanes[channel].isCalling())) wake();
    // A channel without room waits for the end of a delivery, not for a time.
    const withRoom = channels.filter(channel => reading[channel].length < limits()[channel]);
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

  /** The oldest message goes first. */
  function callWaiters(channel: Channel): void {
    const { messages, passes } = waiters[channel].call();
    for (const { id, bornSec } of messages) {
      if (queued.all.get(id)?.channels.get(channel) === 'now' && !open[channel].has(id))
        queued.reschedule(id, channel, Math.min(bornSec, nowSec(clock)));
    }
    reading[channel].push(...passes);
  }

  function openDuePasses(channel: Channel, untilSec: number, most: number): void {
    for (let opened = 0; opened < most && reading[channel].length < limits()[channel]; opened++) {
      const message = queued.takeDue(channel, untilSec);
      if (!message) return;
      // A kill may have come when all were marked already, by the owner, and before the message could end.
      if (message.held === 'all' && hasPending(deps.layout, message, channel)) {
        queued.reschedule(message.id, channel, Number.POSITIVE_INFINITY);
        continue;
      }
      try {
        const pass = openPass(passDeps, message, channel, nowSec(clock));
        waiters[channel].leave(message);
        open[channel].set(message.id, pass);
        reading[channel].push(pass);
      } catch {
        log.warning(`trouble opening ${deps.layout[channel](message.id)}; will try again later`);
        queued.reschedule(message.id, channel, nowSec(clock) + sysFailSec);
      }
    }
  }

  /** Gives free slots to the open passes in turn; a pass with nothing left to hand out leaves the round. */
  function handOut(channel: Channel): void {
    const round = reading[channel];
    while (round.length > 0 && running[channel] < limits()[channel]) {
      const pass = round.shift() as Pass;
      const recipient = pass.next();
      if (recipient) {
        round.push(pass);
        const wanted = lanesOfRecipient(channel, pass.sender, recipient.address);
        const full = lanes[channel].enter(wanted);
        if (full) pass.putBack(recipient, full);
        else void attempt(pass, recipient, wanted);
      } else if (pass.finished || waiters[channel].wait(pass) === 'ended') {
        endPass(pass);
      }
    }
  }

  /** @param taken the lanes in which it has a place */
  async function attempt(pass: Pass, recipient: PendingRecipient, taken: Lane[]): Promise<void> {
    const { id, channel } = pass;
    let delivery: number | undefined;
    let full: Lane | undefined;

    function begin(programs: readonly string[] = []): number {
      const number = ++deliveries;
      log.starting(number, id, channel, recipient.address);
      log.status(running, limits(), stopping);
      deps.attempts.started(id, channel, recipient);
      if (channel === 'local') runs.begin(number, recipient.address, programs, clock.nowMs());
      return number;
    }

    const asked: DeliveryJob['begin'] = ({ lanes: wanted, programs }) => {
      full = lanes[channel].enter(wanted);
      if (full) return false;
      taken.push(...wanted);
      delivery = begin(programs);
      return true;
    };

    running[channel]++;
    if (channel === 'remote') delivery = begin();
    const cancelNotice = channel === 'local' ? clock.after(longMs, deps.changed) : undefined;
    const said = await deliver(channel, pass.job(recipient, channel === 'local' ? asked : undefined));
    cancelNotice?.();
    lanes[channel].leave(taken);
    if (full) {
      running[channel]--;
      pass.putBack(recipient, full);
      if (!reading[channel].includes(pass) && waiters[channel].wait(pass) === 'ended') endPass(pass);
    } else {
      delivery ??= begin();
      runs.end(delivery);
      const outcome = pass.judge(said);
      log.fields(delivery, outcome);
      log.ended(delivery, outcome);
      deps.attempts.ended(id, channel, recipient, { said: outcome.text, ...outcomeFields(outcome) });
      await pass.record(recipient, outcome);
      running[channel]--;
      log.status(running, limits(), stopping);
      if (pass.finished) endPass(pass);
      deps.changed();
    }
    wake();
  }

  /** An unknown failure, in the delivery or in handing the message to it, is *later*, never *lost*. */
  async function deliver(channel: Channel, job: DeliveryJob): Promise<Outcome> {
    try {
      return await deps.deliver[channel](job);
    } catch (error) {
      return later(`Unexpected trouble: ${error instanceof Error ? error.message : String(error)}. (#4.3.0)\n`);
    }
  }

  /** Several deliveries may see in the same moment that their pass is finished: it ends once. */
  function endPass(pass: Pass): void {
    if (open[pass.channel].get(pass.id) !== pass) return;
    open[pass.channel].delete(pass.id);
    waiters[pass.channel].leave(pass.message);
    const dueSec = pass.close();
    if (dueSec !== undefined) {
      queued.reschedule(pass.id, pass.channel, hurried.has(pass) ? nowSec(clock) : dueSec);
      return;
    }
    const message = queued.all.get(pass.id);
    message?.channels.delete(pass.channel);
    if (message?.channels.size === 0) finishing.begin(message);
  }

  function hurry(message: QueuedMessage): void {
    for (const channel of message.channels.keys()) {
      const pass = open[channel].get(message.id);
      if (pass) hurried.add(pass);
      // Else it stands in line for a place: that is as soon as can be.
      else if (message.channels.get(channel) !== 'now') queued.reschedule(message.id, channel, nowSec(clock));
    }
    wake();
  }

  async function decide(message: QueuedMessage, channel: Channel, { wanted, outcome, decided }: Decision) {
    const dueSec = message.channels.get(channel);
    if (dueSec === undefined || stopping) return { changed: 0, busy: 0 };
    const pass = open[channel].get(message.id) ?? openAside(message, channel, dueSec);
    deciding++;
    try {
      const { claimed, busy } = pass.claim(wanted);
      for (const [index, recipient] of claimed.entries()) {
        decided(recipient);
        await pass.record(recipient, outcome, index === claimed.length - 1 ? 'durably' : undefined);
        if (index % sliceRecipients === sliceRecipients - 1) await new Promise(resolve => setImmediate(resolve));
      }
      return { changed: claimed.length, busy };
    } finally {
      deciding--;
      if (pass.finished) endPass(pass);
      wake();
    }
  }

  /** A pass beside the schedule: whoever is left when it ends is due when he was due before. */
  function openAside(message: QueuedMessage, channel: Channel, dueSec: number | 'now'): Pass {
    const pass = openPass(passDeps, message, channel, nowSec(clock), dueSec === 'now' ? nowSec(clock) : dueSec);
    open[channel].set(message.id, pass);
    message.channels.set(channel, 'now');
    return pass;
  }

  /** Passes cut short by the stop are due at once when the host comes back. */
  function leave(): void {
    for (const channel of channels) for (const pass of open[channel].values()) pass.close();
    left = true;
    finishing.close();
    stopped();
  }

  return {
    add(message) {
      queued.add(message);
      if (message.channels.size === 0) finishing.soon(message);
      deps.changed();
      wake();
    },
    wake,
    hurry,
    decide,
    isTrying: (id, channel, offset) => open[channel].get(id)?.isOut(offset) ?? false,
    running: () => ({ ...running }),
    longDeliveries: () => runs.long(clock.nowMs()),
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
