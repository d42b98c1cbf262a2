// What the queue tells its log (qmail-send's): one function per event. How each line looks is in core/log-lines/queue.
import type { Channel } from '../control/classify.ts';
import type { LogLine } from '../lib/log.ts';
import { bounce } from '../log-lines/queue/bounce.ts';
import { type Decided, decisions } from '../log-lines/queue/decision.ts';
import { deliveryEnd, deliveryResults } from '../log-lines/queue/delivery-end.ts';
import { deliveryFields } from '../log-lines/queue/delivery-fields.ts';
import { deliveryStart } from '../log-lines/queue/delivery-start.ts';
import { deliveryTls } from '../log-lines/queue/delivery-tls.ts';
import { doubleBounce, tripleBounce } from '../log-lines/queue/discarded-bounce.ts';
import { exiting } from '../log-lines/queue/exiting.ts';
import { messageEnd } from '../log-lines/queue/message-end.ts';
import { messageHash } from '../log-lines/queue/message-hash.ts';
import { loggedMessageId } from '../log-lines/queue/message-id.ts';
import { messageInfo } from '../log-lines/queue/message-info.ts';
import { messageStart } from '../log-lines/queue/message-start.ts';
import { notices } from '../log-lines/queue/notice.ts';
import { alert, warning } from '../log-lines/queue/problem.ts';
import { runningDeliveries } from '../log-lines/queue/running-deliveries.ts';
import { type Outcome, outcomeFields } from '../paper-path/outcome.ts';

type PerChannel = Readonly<Record<Channel, number>>;

/** What happens in the queue, as log lines. */
export interface QueueLog {
  newMessage(id: number): void;
  info(id: number, sizeBytes: number, sender: string, qp: number, uid: number): void;
  /** The Message-ID. */
  identity(id: number, messageId: string): void;
  /** As control/loghashes asks for it. */
  hash(id: number, sha256: string): void;
  starting(delivery: number, id: number, channel: Channel, recipient: string): void;
  /** The TLS of the session and the fields of the outcome, if it has any; written before `ended`. */
  fields(delivery: number, outcome: Outcome): void;
  ended(delivery: number, outcome: Outcome): void;
  status(running: PerChannel, limit: PerChannel, stopping: boolean): void;
  paused(): void;
  resumed(): void;
  exiting(): void;
  bounced(id: number, qp: number): void;
  /** The sender was told that the message is late. */
  delayed(id: number, qp: number): void;
  /** The sender was told that the message has arrived. */
  succeeded(id: number, qp: number): void;
  tripleBounce(id: number): void;
  /** Discarded, as control/doublebounceto says. */
  doubleBounce(id: number): void;
  /** The owner of the host decided about a recipient. */
  decided(what: Decided, id: number, channel: Channel, recipient: string): void;
  end(id: number): void;
  warning(text: string): void;
  alert(text: string): void;
}

/** Writes the events to a sink. @param queueDir files below it are named as qmail-send names them: `mess/16/2187270` */
export function createQueueLog(line: LogLine, queueDir: string): QueueLog {
  const fromQueue = (text: string): string => text.replaceAll(`${queueDir}/`, '');
  return {
    newMessage: id => line(messageStart.format({ id })),
    info: (id, sizeBytes, sender, qp, uid) => line(messageInfo.format({ id, sizeBytes, sender, qp, uid })),
    identity: (id, messageId) => line(loggedMessageId.format({ id, messageId })),
    hash: (id, sha256) => line(messageHash.format({ id, sha256 })),
    starting: (delivery, id, channel, recipient) => line(deliveryStart.format({ delivery, id, channel, recipient })),
    fields(delivery, outcome) {
      const fields = outcomeFields(outcome);
      if (outcome.tls) line(deliveryTls.format({ delivery, tls: outcome.tls }));
      if (fields.status || fields.answer) line(deliveryFields.format({ delivery, ...fields }));
    },
    ended: (delivery, { kind, text }) =>
      line(deliveryEnd.format({ delivery, result: deliveryResults[kind], report: text })),
    status: (running, limit, stopping) => line(runningDeliveries.format({ running, limit, stopping })),
    paused: () => line('status: deliveries paused'),
    resumed: () => line('status: deliveries go on'),
    exiting: () => line(exiting.format({})),
    bounced: (id, qp) => line(bounce.format({ id, qp })),
    delayed: (id, qp) => line(notices.delay.format({ id, qp })),
    succeeded: (id, qp) => line(notices.success.format({ id, qp })),
    decided: (what, id, channel, recipient) => line(decisions[what].format({ id, channel, recipient })),
    doubleBounce: id => line(doubleBounce.format({ id })),
    tripleBounce: id => line(tripleBounce.format({ id })),
    end: id => line(messageEnd.format({ id })),
    warning: text => line(warning.format({ text: fromQueue(text) })),
    alert: text => line(alert.format({ text: fromQueue(text) })),
  };
}
