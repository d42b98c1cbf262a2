// The notice that a message is not delivered yet: a delivery status notification (RFC 3464), whatever control/bounceformat says, as
// QSBMF reports permanent failures only. Its text does not begin like qmail's bounces, which programs take for failures.
import { randomUUID } from 'node:crypto';
import type { Control } from '../../control/control.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { lowerAscii, quoteAddress, withoutLineEnds } from '../../message/address.ts';
import { type Header, parseHeader } from '../../message/header/parse-header.ts';
import type { Envelope, MessageSource } from '../../paper-path/shapes.ts';
import type { FailureFields } from '../files/failure-fields.ts';
import { bounceParagraph } from './bounce.ts';
import { recipientFields } from './recipient-fields.ts';
import { writeReport } from './report.ts';
import { bounceAddress } from './verp.ts';

/** A recipient for which an attempt has failed for now. */
export interface DelayedRecipient extends FailureFields {
  /** For people: without the prepend of a virtual domain. */
  readonly address: string;
  /** The report of the last attempt. */
  readonly text: string;
}

/** What a notice is about. */
export interface DelayedMessage {
  readonly sender: string;
  readonly bornSec: number;
  /** The beginning of the message, with its header. */
  readonly head: Buffer;
  readonly recipients: readonly DelayedRecipient[];
  /** More recipients than are listed. */
  readonly more: number;
}

/** Enough for the header of nearly every message; of a longer one the beginning is returned. */
export const headBytes = 32 * 1024;

/**
 * Whether a sender is told of delays: not of bounces, which have none; and, as RFC 3834 advises, not of what programs and lists
 * send, because nobody waits for it.
 */
export function isToldOfDelays(sender: string, head: Buffer): boolean {
  return hasReader(sender) && !isAutomatic(parseHeader(head));
}

/** False for bounces, and for lists whose senders name the recipient: their bounces go to a program. */
export function hasReader(sender: string): boolean {
  return sender !== '' && sender !== '#@[]' && bounceAddress(sender) === sender;
}

function isAutomatic(header: Header): boolean {
  const automatic = lowerAscii(header.first('auto-submitted').trim());
  if (automatic !== '' && !automatic.startsWith('no')) return true;
  if (header.first('list-id') !== '') return true;
  return ['list', 'bulk', 'junk'].includes(lowerAscii(header.first('precedence').trim()));
}

/** The notice, ready for the queue. */
export function delayNotice(
  { sender, bornSec, head, recipients, more }: DelayedMessage,
  control: Pick<Control, 'bounceFrom' | 'bounceHost' | 'queueLifetimeSec'>,
  nowMs: number,
): { source: MessageSource; envelope: Envelope } {
  const host = control.bounceHost;
  const retryUntilMs = (bornSec + control.queueLifetimeSec) * 1000;
  const reported = recipients.map(recipient => ({
    paragraph: bounceParagraph(recipient.address, recipient.text),
    recipient,
  }));
  const fields = [
    `Date: ${formatDate822(nowMs)}`,
    `From: ${quoteAddress(`${control.bounceFrom}@${host}`)}`,
    `To: ${withoutLineEnds(quoteAddress(sender))}`,
    'Subject: delay notice: your message waits',
  ];
  const introduction = [
    `This is the mail host ${host}.`,
    'Your message could not be delivered to the following addresses yet.',
    `You need not do anything: it is tried again until ${formatDate822(retryUntilMs)}.`,
    'If it cannot be delivered by then, it is returned to you.',
    '',
  ];
  const text = [
    lines(introduction),
    ...reported.map(({ paragraph }) => paragraph),
    ...(more > 0 ? [lines([`The same is true of ${more} more.`, ''])] : []),
    lines(['--- The header of the message is below.']),
  ];
  return {
    envelope: { sender: '', recipients: [sender] },
    source: writeReport({
      fields: lines(fields),
      boundary: randomUUID(),
      text: [Buffer.from(text.join(''), 'latin1')],
      host,
      arrivedMs: bornSec * 1000,
      recipients: reported.map(({ paragraph, recipient }) =>
        recipientFields(paragraph.trimEnd(), recipient, { action: 'delayed', retryUntilMs }),
      ),
      returns: 'header',
      original: [head.subarray(0, parseHeader(head).bodyStart)],
    }),
  };
}

function lines(texts: readonly string[]): string {
  return texts.map(text => `${text}\n`).join('');
}
