// Bounces: permanent failures are collected in bounce/N and returned to the sender as one message, in QSBMF, qmail's own form,
// or as a delivery status notification (control/bounceformat).
import { randomUUID } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, ftruncateSync } from 'node:fs';
import type { Control } from '../../control/control.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';
import type { MessageDsn } from '../../paper-path/dsn.ts';
import type { Envelope, MessageSource } from '../../paper-path/shapes.ts';
import type { FailureFields } from '../files/failure-fields.ts';
import { appendFailure, readFailures } from '../files/failures.ts';
import type { QueueLayout } from '../files/layout.ts';
import { openOwned } from '../files/open-owned.ts';
import { type BounceParts, deliveryStatusNotice } from './delivery-status.ts';
import { lines, noticeFields } from './notice-fields.ts';
import { bounceAddress } from './verp.ts';

/** One recipient's paragraph: the address, the report without empty lines inside, an empty line. */
export function bounceParagraph(recipient: string, report: string): string {
  const ended = report === '' || report.endsWith('\n') ? report : `${report}\n`;
  const text = `<${withoutLineEnds(recipient)}>:\n${ended}`;
  return `${text.replace(/(?<=\n)\n(?!$)/g, '/')}\n`;
}

/**
 * Adds a paragraph to bounce/N, and its fields to failures/N. The journal's record of it makes both durable: no mark of the
 * recipient can survive without that.
 * @returns where it starts in the file @throws when the disk refuses: bounce/N is as it was
 */
export function appendBounce(
  layout: QueueLayout,
  { id, bornSec }: Pick<FailedMessage, 'id' | 'bornSec'>,
  paragraph: string,
  fields: FailureFields,
): number {
  const fd = openOwned(layout.bounce(id), 'a', 0o600);
  try {
    const offset = fstatSync(fd).size;
    appendFailure(layout, id, { bornSec, offset, ...fields });
    try {
      writeAllSync(fd, Buffer.from(paragraph, 'latin1'));
    } catch (error) {
      ftruncateSync(fd, offset);
      throw error;
    }
    return offset;
  } finally {
    closeSync(fd);
  }
}

/** A message that has failed for a recipient. */
export interface FailedMessage {
  readonly id: number;
  /** As it is stored: a mark of variable return paths may be at its end. */
  readonly sender: string;
  readonly bornSec: number;
  /** What the sender has said of its bounces: they are notifications then, whatever the control file says. */
  readonly dsn?: MessageDsn | undefined;
}

/**
 * The bounce of a message, ready for the queue; undefined for one that is discarded: a triple bounce, and a double bounce
 * where control/doublebounceto is an empty line.
 */
export function bounceMessage(
  layout: QueueLayout,
  { id, sender, bornSec, dsn }: FailedMessage,
  control: Control,
  nowMs: number,
): { source: MessageSource; envelope: Envelope } | undefined {
  if (sender === '#@[]') return undefined;
  const returnTo = bounceAddress(sender);
  const double = returnTo === '';
  if (double && control.doubleBounceTo === '') return undefined;
  const to = double ? `${control.doubleBounceTo}@${control.doubleBounceHost}` : returnTo;
  const introduction = [
    `Hi. This is the qmail-send program at ${control.bounceHost}.`,
    ...(double ? doubleIntroduction : singleIntroduction),
  ];
  const parts: BounceParts = {
    fields: noticeFields(control, to, 'failure notice', nowMs),
    introduction: lines([...introduction, '']),
    paragraphs: layout.bounce(id),
    separator: lines([double ? doubleSeparator : singleSeparator, '']),
    returnPath: lines([`Return-Path: <${withoutLineEnds(quoteAddress(returnTo))}>`]),
    original: layout.mess(id),
  };
  const source =
    control.bounceFormat === 'dsn' || dsn
      ? deliveryStatusNotice(parts, {
          host: control.bounceHost,
          arrivedMs: bornSec * 1000,
          boundary: randomUUID(),
          failures: readFailures(layout.failures(id), bornSec),
          dsn,
        })
      : qsbmf(parts);
  return { source, envelope: { sender: double ? '#@[]' : '', recipients: [to] } };
}

async function* qsbmf(parts: BounceParts): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${parts.fields}\n${parts.introduction}`, 'latin1');
  yield* createReadStream(parts.paragraphs);
  yield Buffer.from(parts.separator + parts.returnPath, 'latin1');
  yield* createReadStream(parts.original);
}

const singleIntroduction = [
  "I'm afraid I wasn't able to deliver your message to the following addresses.",
  "This is a permanent error; I've given up. Sorry it didn't work out.",
];
const doubleIntroduction = ['I tried to deliver a bounce message to this address, but the bounce bounced!'];
const singleSeparator = '--- Below this line is a copy of the message.';
const doubleSeparator = '--- Below this line is the original bounce.';
