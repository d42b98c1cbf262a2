// The messages of one SMTP connection, one after the other: from the 354 that answers DATA to the reply that answers the
// final dot. Invariant: that reply is 250 only when the queue says that the message is safe on disk.
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { Client } from '../../listen/client.ts';
import type { Accept, Accepted, Envelope, MessageSource } from '../../paper-path/shapes.ts';
import { formatReceived } from '../received.ts';
import type { RecipientList } from '../recipient-list.ts';
import type { Pace } from '../session-limits.ts';
import { type SmtpSession, takeTransaction } from './commands.ts';
import { createIntake, type Intake } from './incoming-message.ts';
import type { SmtpLog } from './log.ts';
import type { SmtpParser } from './parser.ts';
import { bareLf, type Reply, tooBig, tooManyHops } from './replies.ts';

/** What the messages need of their connection. */
export interface MessagesDeps {
  readonly smtp: SmtpSession;
  readonly client: Client;
  readonly clock: Clock;
  readonly pace: Pace;
  readonly accept: Accept;
  readonly log: SmtpLog;
  /** Answers the final dot. */
  readonly answer: (reply: Reply) => void;
  /** Answers in the middle of a message, and ends the connection. */
  readonly sendAway: (reply: Reply) => void;
}

const notQueued: Accepted = { ok: false, code: 81, permanent: false, text: 'qq temporary problem (#4.3.0)' };

/** Takes the messages of one connection. */
export class SmtpMessages {
  private readonly deps: MessagesDeps;
  /** The message that is coming in; undefined: none is, or all of it is here. */
  private intake: Intake | undefined;
  /** Its recipients, until the queue has it or nobody wants it any more. */
  private recipients: RecipientList | undefined;
  /** The queue has the whole message and has not answered yet. */
  private awaitsQueue = false;
  private received: { readonly atSec: number; readonly helo: string | undefined; readonly raw: Buffer } | undefined;

  constructor(deps: MessagesDeps) {
    this.deps = deps;
  }

  /** A message has begun and was not answered yet. */
  get underWay(): boolean {
    return this.intake !== undefined || this.awaitsQueue;
  }

  /** The client is waiting for the queue, not the queue for it. */
  get keepsWaiting(): boolean {
    return this.awaitsQueue || this.intake?.full === true;
  }

  /** The message that is coming in will not be completed. */
  abort(reason: string): void {
    this.intake?.abort(reason);
    if (!this.awaitsQueue) this.recipients?.release();
  }

  /** What the client sends from here to the final dot is a message, for the sender and recipients that it has named. */
  take(parser: SmtpParser): void {
    const { smtp, pace, log, sendAway } = this.deps;
    const { sender, recipients } = takeTransaction(smtp);
    const envelope = { sender, recipients: recipients.addresses() };
    this.recipients = recipients;
    let accepted: Promise<Accepted> | undefined;
    const intake = createIntake(this.receivedField(), smtp.dataBytes, source => {
      accepted = this.handOver(source, intake, envelope);
    });
    this.intake = intake;
    parser.startMessage(intake, {
      onEnd: resume => {
        this.intake = undefined;
        intake.end();
        void this.finish(intake, envelope, accepted).then(resume);
      },
      onWaited: () => pace.waited(),
      onBareLf: () => {
        log.refused('data', smtp.sender, bareLf);
        sendAway(bareLf);
      },
    });
  }

  /** A busy client gets the same field for all its messages within a second. */
  private receivedField(): Buffer {
    const { client, clock, smtp } = this.deps;
    const { helo } = smtp;
    const atSec = nowSec(clock);
    if (this.received?.atSec !== atSec || this.received.helo !== helo) {
      const raw = Buffer.from(formatReceived({ ...client, helo, protocol: 'SMTP' }, atSec * 1000), 'latin1');
      this.received = { atSec, helo, raw };
    }
    return this.received.raw;
  }

  private async handOver(source: MessageSource, intake: Intake, envelope: Envelope): Promise<Accepted> {
    try {
      return await this.deps.accept(source, envelope, 'network');
    } catch (error) {
      this.deps.log.notQueued(error);
      return notQueued;
    } finally {
      // Where the queue stopped reading early the client still sends the rest.
      intake.abort('the queue wants no more');
    }
  }

  /** @param accepted undefined: the queue never heard of the message */
  private async finish(intake: Intake, envelope: Envelope, accepted: Promise<Accepted> | undefined): Promise<void> {
    const { smtp, pace, log, answer } = this.deps;
    this.awaitsQueue = true;
    const result = (await accepted) ?? notQueued;
    this.awaitsQueue = false;
    this.recipients?.release();
    pace.waited();
    const reply = this.verdict(intake, result);
    if (result.ok) {
      pace.message();
      log.queued(intake.sizeBytes, envelope, result.qp);
    } else log.refused('data', smtp.sender, reply);
    answer(reply);
  }

  private verdict(intake: Intake, result: Accepted): Reply {
    if (result.ok) return { code: 250, text: `ok ${nowSec(this.deps.clock)} qp ${result.qp}` };
    if (intake.objection === 'hops') return tooManyHops;
    if (intake.objection === 'size') return tooBig;
    return { code: result.permanent ? 554 : 451, text: result.text };
  }
}
