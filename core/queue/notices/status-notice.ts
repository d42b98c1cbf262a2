// Notices that report no failure: a delivery status notification (RFC 3464) with the header of the message, whatever
// control/bounceformat says, as QSBMF reports permanent failures only. Their text does not begin like qmail's bounces, which programs
// take for failures.
import { randomUUID } from 'node:crypto';
import type { Control } from '../../control/control.ts';
import { parseHeader } from '../../message/header/parse-header.ts';
import type { Accept, Envelope, MessageSource } from '../../paper-path/shapes.ts';
import { bounceParagraph } from '../bounce/bounce.ts';
import { lines, noticeFields } from '../bounce/notice-fields.ts';
import { type ReportedAction, recipientFields } from '../bounce/recipient-fields.ts';
import { writeReport } from '../bounce/report.ts';
import { bounceAddress } from '../bounce/verp.ts';
import type { FailureFields } from '../files/failure-fields.ts';

/** A recipient, and what happened to the message for it. */
export interface ReportedRecipient extends FailureFields {
  /** For people: without the prepend of a virtual domain. */
  readonly address: string;
  /** A report, or what happened in words. */
  readonly text: string;
}

/** The message that a notice is about. */
export interface ReportedMessage {
  readonly sender: string;
  readonly bornSec: number;
  /** The sender's name of it (ENVID, xtext). */
  readonly envid?: string | undefined;
  /** Its beginning, with its header. */
  readonly head: Buffer;
}

/** What a notice says of it. */
export interface NoticeWords {
  readonly subject: string;
  readonly introduction: readonly string[];
  readonly recipients: readonly (ReportedRecipient & ReportedAction)[];
  /** Lines behind them. */
  readonly afterwards?: readonly string[];
}

/** A message, ready for the queue. */
export interface Notice {
  readonly source: MessageSource;
  readonly envelope: Envelope;
}

/** False for bounces, and for lists whose senders name the recipient: their bounces go to a program. */
export function hasReader(sender: string): boolean {
  return sender !== '' && sender !== '#@[]' && bounceAddress(sender) === sender;
}

export function statusNotice(
  { sender, bornSec, envid, head }: ReportedMessage,
  { subject, introduction, recipients, afterwards = [] }: NoticeWords,
  control: Pick<Control, 'bounceFrom' | 'bounceHost'>,
  nowMs: number,
): Notice {
  const host = control.bounceHost;
  const reported = recipients.map(one => ({ one, paragraph: bounceParagraph(one.address, one.text) }));
  const text = [
    lines([`This is the mail host ${host}.`, ...introduction, '']),
    ...reported.map(({ paragraph }) => paragraph),
    lines([...afterwards, '--- The header of the message is below.']),
  ];
  return {
    envelope: { sender: '', recipients: [sender] },
    source: writeReport({
      fields: noticeFields(control, sender, subject, nowMs),
      boundary: randomUUID(),
      text: [Buffer.from(text.join(''), 'latin1')],
      host,
      envid,
      arrivedMs: bornSec * 1000,
      recipients: reported.map(({ one, paragraph }) => recipientFields(paragraph.trimEnd(), one, one)),
      returns: 'header',
      original: [head.subarray(0, parseHeader(head).bodyStart)],
    }),
  };
}

/** Queues a notice. @returns its qp @throws when it is refused */
export async function queueNotice(accept: Accept, { source, envelope }: Notice): Promise<number> {
  const accepted = await accept(source, envelope, 'bounce');
  if (!accepted.ok) throw new Error(accepted.text);
  return accepted.qp;
}
