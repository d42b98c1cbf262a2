// Any line of the delivery log (log/send), as a record. A reader that wants only one kind uses that kind's own file.
import type { LineKind } from '../line-kind.ts';
import { type Bounce, bounce } from './bounce.ts';
import { type Decision, decisions } from './decision.ts';
import { type DeliveryEnd, deliveryEnd } from './delivery-end.ts';
import { type DeliveryFields, deliveryFields } from './delivery-fields.ts';
import { type DeliveryStart, deliveryStart } from './delivery-start.ts';
import { type DeliveryTls, deliveryTls } from './delivery-tls.ts';
import { type DiscardedBounce, doubleBounce, tripleBounce } from './discarded-bounce.ts';
import { type Exiting, exiting } from './exiting.ts';
import { type MessageEnd, messageEnd } from './message-end.ts';
import { type MessageHash, messageHash } from './message-hash.ts';
import { type LoggedMessageId, loggedMessageId } from './message-id.ts';
import { type MessageInfo, messageInfo } from './message-info.ts';
import { type MessageStart, messageStart } from './message-start.ts';
import { type Notice, notices } from './notice.ts';
import { alert, type Problem, warning } from './problem.ts';
import { type RunningDeliveries, runningDeliveries } from './running-deliveries.ts';

export type QueueLine =
  | MessageStart
  | MessageInfo
  | LoggedMessageId
  | MessageHash
  | DeliveryStart
  | DeliveryFields
  | DeliveryTls
  | DeliveryEnd
  | RunningDeliveries
  | Decision
  | Bounce
  | Notice
  | DiscardedBounce
  | MessageEnd
  | Exiting
  | Problem;

/** All kinds, the frequent ones first. */
const kinds: readonly Pick<LineKind<QueueLine>, 'start' | 'parse'>[] = [
  runningDeliveries,
  deliveryStart,
  deliveryEnd,
  deliveryFields,
  deliveryTls,
  messageStart,
  messageInfo,
  messageEnd,
  loggedMessageId,
  messageHash,
  bounce,
  notices.delay,
  notices.success,
  doubleBounce,
  tripleBounce,
  decisions.held,
  decisions.released,
  decisions.returned,
  decisions.deleted,
  exiting,
  warning,
  alert,
];

/**
 * @param line without its stamp @returns undefined for a line that is not the queue's: other parts of the host log here too
 */
export function parseQueueLine(line: string): QueueLine | undefined {
  for (const { start, parse } of kinds) {
    const parsed = line.startsWith(start) ? parse(line) : undefined;
    if (parsed) return parsed;
  }
  return undefined;
}
