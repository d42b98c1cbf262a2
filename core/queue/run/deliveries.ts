// The deliveries that run: each is one attempt for one recipient, with its lines in the log and its outcome on record.
import type { Channel } from '../../control/classify.ts';
import type { Clock } from '../../lib/clock.ts';
import { later, type Outcome, outcomeFields } from '../../paper-path/outcome.ts';
import type { Deliver, DeliveryJob, Lane } from '../../paper-path/shapes.ts';
import type { PendingRecipient } from '../files/recipients.ts';
import type { QueueLog } from '../queue-log.ts';
import type { AttemptBook } from './attempts.ts';
import type { ChannelPasses } from './channel-passes.ts';
import type { Lanes } from './lanes.ts';
import { createRunningDeliveries, type LongDelivery, longMs } from './long-deliveries.ts';
import type { LocalStart, Pass } from './pass.ts';

export interface DeliveriesDeps {
  readonly clock: Clock;
  readonly log: QueueLog;
  readonly attempts: AttemptBook;
  readonly deliver: Readonly<Record<Channel, Deliver>>;
  readonly lanes: Readonly<Record<Channel, Lanes>>;
  readonly passes: Readonly<Record<Channel, Pick<ChannelPasses, 'putBack' | 'endIfFinished'>>>;
  readonly limits: () => Readonly<Record<Channel, number>>;
  readonly isStopping: () => boolean;
  /** Called after anything changed that a person could see. */
  readonly changed: () => void;
  /** Called when a delivery has ended. */
  readonly ended: () => void;
}

export interface Deliveries {
  /** Tries a recipient. @param taken the lanes in which it has a place @param slot its own, or the one of its group */
  start(pass: Pass, recipient: PendingRecipient, taken: Lane[], slot: 'own' | 'shared'): void;
  /** How many slots are taken. */
  readonly running: Readonly<Record<Channel, number>>;
  /** How many recipients are being tried, on both channels. */
  readonly underWay: number;
  /** Local deliveries that have been running for long. */
  long(): LongDelivery[];
}

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const { clock, log, attempts, lanes, passes, limits } = deps;
  const running: Record<Channel, number> = { local: 0, remote: 0 };
  const timed = createRunningDeliveries();
  let count = 0;
  let underWay = 0;

  function begin({ id, channel }: Pass, recipient: PendingRecipient, programs: readonly string[] = []): number {
    const delivery = ++count;
    log.starting(delivery, id, channel, recipient.address);
    log.status(running, limits(), deps.isStopping());
    attempts.started(id, channel, recipient);
    if (channel === 'local') timed.begin(delivery, recipient.address, programs, clock.nowMs());
    return delivery;
  }

  async function attempt(pass: Pass, recipient: PendingRecipient, taken: Lane[], slots: number): Promise<void> {
    const { channel } = pass;
    let delivery: number | undefined;
    let full: Lane | undefined;

    function enter(wanted: readonly Lane[]): boolean {
      full = lanes[channel].enter(wanted);
      if (full) return false;
      taken.push(...wanted);
      return true;
    }
    /** A local delivery knows only after reading the user's rules what it is going to do. */
    const local: LocalStart = {
      enter,
      begin({ lanes: wanted, programs }) {
        if (!enter(wanted)) return false;
        delivery = begin(pass, recipient, programs);
        return true;
      },
    };

    running[channel] += slots;
    underWay++;
    if (channel === 'remote') delivery = begin(pass, recipient);
    const cancelNotice = channel === 'local' ? clock.after(longMs, deps.changed) : undefined;
    const outcome = await deliver(channel, pass.job(recipient, channel === 'local' ? local : undefined));
    cancelNotice?.();
    lanes[channel].leave(taken);
    if (full) {
      running[channel] -= slots;
      passes[channel].putBack(pass, recipient, full);
    } else {
      await end(pass, recipient, delivery ?? begin(pass, recipient), pass.judge(outcome), slots);
    }
    underWay--;
    deps.ended();
  }

  async function end(
    pass: Pass,
    recipient: PendingRecipient,
    delivery: number,
    outcome: Outcome,
    slots: number,
  ): Promise<void> {
    const { id, channel } = pass;
    timed.end(delivery);
    log.fields(delivery, outcome);
    log.ended(delivery, outcome);
    attempts.ended(id, channel, recipient, { said: outcome.text, ...outcomeFields(outcome) });
    await pass.record(recipient, outcome);
    running[channel] -= slots;
    log.status(running, limits(), deps.isStopping());
    passes[channel].endIfFinished(pass);
    deps.changed();
  }

  /** An unknown failure, in the delivery or in handing the message to it, is *later*, never *lost*. */
  async function deliver(channel: Channel, job: DeliveryJob): Promise<Outcome> {
    try {
      return await deps.deliver[channel](job);
    } catch (error) {
      return later(`Unexpected trouble: ${error instanceof Error ? error.message : String(error)}. (#4.3.0)\n`);
    }
  }

  return {
    start: (pass, recipient, taken, slot) => void attempt(pass, recipient, taken, slot === 'own' ? 1 : 0),
    running,
    get underWay() {
      return underWay;
    },
    long: () => timed.long(clock.nowMs()),
  };
}
