// The bounce of a message that a link could not deliver, in qmail's form (maildirserial -b).
import type { Control } from '../../control/control.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';
import type { Envelope, MessageSource } from '../../paper-path/shapes.ts';
import type { SerialMessage } from './serial-message.ts';

/** Why the message failed. */
export interface SerialFailureReport {
  /** The server's reply, one line. */
  readonly text: string;
  /** It was refused for now, but had waited too long. */
  readonly tooOld: boolean;
}

type BounceControl = Pick<Control, 'bounceFrom' | 'bounceHost' | 'doubleBounceTo' | 'doubleBounceHost'>;

/** A message for the queue; or the name of the bounce that is discarded: control/doublebounceto may be an empty line. */
export function serialBounce(
  message: SerialMessage,
  { text, tooOld }: SerialFailureReport,
  control: BounceControl,
  nowMs: number,
): { readonly source: MessageSource; readonly envelope: Envelope } | 'triple bounce' | 'double bounce' {
  if (message.sender === '#@[]') return 'triple bounce';
  const double = message.sender === '';
  if (double && control.doubleBounceTo === '') return 'double bounce';
  const to = double ? `${control.doubleBounceTo}@${control.doubleBounceHost}` : message.sender;
  const lines = [
    `Date: ${formatDate822(nowMs).replace('-0000', '+0000')}`,
    `From: ${quoteAddress(`${control.bounceFrom}@${control.bounceHost}`)}`,
    `To: ${withoutLineEnds(quoteAddress(to))}`,
    'Subject: failure notice',
    '',
    `Hi. This is the maildirbounce program at ${control.bounceHost}.`,
    ...(double ? doubleIntroduction : singleIntroduction),
    '',
    `<${withoutLineEnds(message.recipient)}>:`,
    text,
    ...(tooOld ? ['This message is too old. Giving up.'] : []),
    '',
    double ? '--- Below this line is the original bounce.' : '--- Below this line is a copy of the message.',
    '',
    `Return-Path: <${withoutLineEnds(quoteAddress(message.sender))}>`,
  ];

  async function* source(): MessageSource & AsyncGenerator<Uint8Array> {
    yield Buffer.from(lines.map(line => `${line}\n`).join(''), 'latin1');
    yield* message.pieces();
  }

  return { source: source(), envelope: { sender: double ? '#@[]' : '', recipients: [to] } };
}

const singleIntroduction = [
  "I'm afraid I wasn't able to deliver your message to the following address.",
  "This is a permanent error; I've given up. Sorry it didn't work out.",
];
const doubleIntroduction = ['I tried to deliver a bounce message to this address, but the bounce bounced!'];
