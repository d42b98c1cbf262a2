// The messages of one SMTP connection, one after the other: from the 354 after DATA to the reply after the final dot.
// Invariant: that reply is 250 only when the queue says that the message is safe on disk.
import { type Clock, nowSec } from '../../lib/clock.ts';
import type { Client } from '../../listen/client.ts';
import type { Accept, Accepted, Envelope, MessageSource } from '../../paper-path/shapes.ts';
import type { SessionLimits } from '../fruitless-session.ts';
import { formatReceived } from '../received.ts';
import type { RecipientList } from '../recipient-list.ts';
import { type SmtpdSession, takeTransaction } from './commands.ts';
import { createIncomingMessage, type IncomingMessage } from './incoming-message.ts';
import type { SmtpParser } from './library.ts';
import type { SmtpLog } from './log.ts';
import { bareLf, type Reply, tooBig, tooManyHops } from './replies.ts';

/** What the messages need from their connection. */
export interface MessagesDeps {
  readonly smtp: SmtpdSession;
  readonly client: Client;
  readonly clock: Clock;
  readonly limits: SessionLimits;
  readonly accept: Accept;
  readonly log: SmtpLog;
  /** Sends the reply to the final dot. */
  readonly answer: (reply: Reply) => void;
  /** Sends a reply in the middle of a message, and ends the connection. */
  readonly sendAway: (reply: Reply) => void;
}

const notQueued: Accepted = { ok: false, code: 81, permanent: false, text: 'qq temporary problem (#4.3.0)' };

/** Takes the messages of one connection. */
export class SmtpMessages {
  private readonly deps: MessagesDeps;
  /** The message that is being received; undefined: none is. */
  private incoming: IncomingMessage | undefined;
  /** Its recipients, until the queue has the message or it is dropped. */
  private recipients: RecipientList | undefined;
  /** The queue has the whole message, and its result is awaited. */
  private awaitsQueue = false;
  private received: { readonly atSec: number; readonly helo: string | undefined; readonly raw: Buffer } | undefined;

  constructor(deps: MessagesDeps) {
    this.deps = deps;
  }

  /** A message has started and was not replied to yet. */
  get underWay(): boolean {
    return this.incoming !== undefined || this.awaitsQueue;
  }

  /** The client waits for the queue. */
  get keepsWaiting(): boolean {
    return this.awaitsQueue || this.incoming?.full === true;
  }

  /** The message that is being received will not be completed. */
  abort(reason: string): void {
    this.incoming?.abort(reason);
    if (!this.awaitsQueue) this.recipients?.release();
  }

  /** Reads a message, from here to the final dot, for the sender and recipients of the transaction. */
  take(parser: SmtpParser): void {
    const { smtp, limits, log, sendAway } = this.deps;
    const { envelope, recipients } = takeTransaction(smtp);
    this.recipients = recipients;
    let accepted: Promise<Accepted> | undefined;
    const incoming = createIncomingMessage(this.receivedField(), smtp.dataBytes, source => {
      accepted = this.handOver(source, incoming, envelope);
    });
    this.incoming = incoming;
    parser.startMessage(incoming, {
      onEnd: resume => {
        this.incoming = undefined;
        incoming.end();
        void this.finish(incoming, envelope, accepted).then(resume);
      },
      onWaited: () => limits.waited(),
      onBareLf: () => {
        log.refused('data', smtp.sender, bareLf);
        sendAway(bareLf);
      },
    });
  }

  /** The field is the same for all messages of a client within a second. */
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

  private async handOver(source: MessageSource, incoming: IncomingMessage, envelope: Envelope): Promise<Accepted> {
    try {
      return await this.deps.accept(source, envelope, 'network');
    } catch (error) {
      this.deps.log.notQueued(error);
      return notQueued;
    } finally {
      // If the queue stopped reading early, the client still sends the rest.
      incoming.abort('the queue wants no more');
    }
  }

  /** @param accepted undefined: the message was not handed to the queue */
  private async finish(
    incoming: IncomingMessage,
    envelope: Envelope,
    accepted: Promise<Accepted> | undefined,
  ): Promise<void> {
    const { smtp, limits, log, answer } = this.deps;
    this.awaitsQueue = true;
    const result = (await accepted) ?? notQueued;
    this.awaitsQueue = false;
    this.recipients?.release();
    limits.waited();
    const reply = this.verdict(incoming, result);
    if (result.ok) {
      limits.message();
      log.queued(incoming.sizeBytes, envelope, result.qp);
    } else log.refused('data', smtp.sender, reply);
    answer(reply);
  }

  private verdict(incoming: IncomingMessage, result: Accepted): Reply {
    if (result.ok) return { code: 250, text: `ok ${nowSec(this.deps.clock)} qp ${result.qp}` };
    if (incoming.objection === 'hops') return tooManyHops;
    if (incoming.objection === 'size') return tooBig;
    return { code: result.permanent ? 554 : 451, text: result.text };
  }
}
