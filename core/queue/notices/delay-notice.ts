// The notice that a message is not delivered yet, and who gets one.
import type { Control } from '../../control/control.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { lowerAscii } from '../../message/address.ts';
import { type Header, parseHeader } from '../../message/header/parse-header.ts';
import { hasReader, type Notice, type ReportedMessage, type ReportedRecipient, statusNotice } from './status-notice.ts';

/** Recipients for which an attempt has failed for now. */
export interface Delayed extends ReportedMessage {
  readonly recipients: readonly ReportedRecipient[];
  /** More recipients than are listed. */
  readonly more: number;
}

/**
 * Whether a sender is told of delays: not of bounces, which have none; and, as RFC 3834 advises, not of what programs and lists
 * send, because nobody waits for it.
 */
export function isToldOfDelays(sender: string, head: Buffer): boolean {
  return hasReader(sender) && !isAutomatic(parseHeader(head));
}

function isAutomatic(header: Header): boolean {
  const automatic = lowerAscii(header.first('auto-submitted').trim());
  if (automatic !== '' && !automatic.startsWith('no')) return true;
  if (header.first('list-id') !== '') return true;
  return ['list', 'bulk', 'junk'].includes(lowerAscii(header.first('precedence').trim()));
}

export function delayNotice(
  { recipients, more, ...message }: Delayed,
  control: Pick<Control, 'bounceFrom' | 'bounceHost' | 'queueLifetimeSec'>,
  nowMs: number,
): Notice {
  const retryUntilMs = (message.bornSec + control.queueLifetimeSec) * 1000;
  const words = {
    subject: 'delay notice: your message waits',
    introduction: [
      'Your message could not be delivered to the following addresses yet.',
      `You need not do anything: it is tried again until ${formatDate822(retryUntilMs)}.`,
      'If it cannot be delivered by then, it is returned to you.',
    ],
    recipients: recipients.map(one => ({ ...one, action: 'delayed', retryUntilMs }) as const),
    afterwards: more > 0 ? [`The same is true of ${more} more.`, ''] : [],
  };
  return statusNotice(message, words, control, nowMs);
}
