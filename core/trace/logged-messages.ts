// Follows messages through the log. Numbers of messages and deliveries are used again, so the message that a line belongs to
// depends on the lines before it.
import type { DeliveryStart } from '../log-lines/queue/delivery-start.ts';
import type { MessageInfo } from '../log-lines/queue/message-info.ts';
import type { QueueLine } from '../log-lines/queue/queue-line.ts';

/** One message from its arrival to its end. */
export interface LoggedMessage {
  /** Identifies this message in the whole log, whenever the log is read. */
  readonly key: string;
  readonly id: number;
  /** Its first line in the log. */
  readonly seenMs: number;
  /** That line is its arrival; false: the arrival was in files that are gone. */
  readonly whole: boolean;
  info: MessageInfo | undefined;
  messageId: string | undefined;
}

interface Attempt extends Pick<DeliveryStart, 'delivery' | 'channel' | 'recipient'> {
  readonly message: LoggedMessage;
  readonly startMs: number;
}

/** A line about a message. `attempt`: the one that a `tls`, a `fields` or an `ended` line belongs to. */
export interface LoggedEvent {
  readonly message: LoggedMessage;
  readonly atMs: number;
  readonly event: QueueLine;
  readonly attempt: Attempt | undefined;
}

/** Reads lines, oldest first. @returns undefined for a line about no message, or about one whose start is not in the log */
export type FollowMessages = (atMs: number, event: QueueLine) => LoggedEvent | undefined;

export function createMessageFollower(): FollowMessages {
  const current = new Map<number, LoggedMessage>();
  const running = new Map<number, Attempt>();
  /** How many messages with one number started in the same millisecond. */
  let begun = new Map<number, number>();
  let begunMs = 0;

  function begin(id: number, atMs: number, whole: boolean): LoggedMessage {
    if (atMs !== begunMs) begun = new Map();
    begunMs = atMs;
    const count = (begun.get(id) ?? 0) + 1;
    begun.set(id, count);
    const message = { key: `${id}.${atMs}.${count}`, id, seenMs: atMs, whole, info: undefined, messageId: undefined };
    current.set(id, message);
    return message;
  }

  return (atMs, event) => {
    if (event.kind === 'exiting') {
      running.clear();
      return undefined;
    }
    if (event.kind === 'ended' || event.kind === 'fields' || event.kind === 'tls') {
      const attempt = running.get(event.delivery);
      if (event.kind === 'ended') running.delete(event.delivery);
      return attempt && { message: attempt.message, atMs, event, attempt };
    }
    if (!('id' in event)) return undefined;
    const known = event.kind === 'new' ? undefined : current.get(event.id);
    const message = known ?? begin(event.id, atMs, event.kind === 'new');
    if (event.kind === 'info') message.info = event;
    if (event.kind === 'message-id') message.messageId = event.messageId;
    if (event.kind === 'end') current.delete(event.id);
    if (event.kind === 'starting') {
      const { delivery, channel, recipient } = event;
      running.set(delivery, { message, delivery, channel, recipient, startMs: atMs });
    }
    return { message, atMs, event, attempt: undefined };
  };
}
