// The fields at the top of whatever the host itself writes to a sender.
import type { Control } from '../../control/control.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';

/** Date, From, To, Subject. @param to an address, a byte string */
export function noticeFields(
  { bounceFrom, bounceHost }: Pick<Control, 'bounceFrom' | 'bounceHost'>,
  to: string,
  subject: string,
  nowMs: number,
): string {
  return lines([
    `Date: ${formatDate822(nowMs)}`,
    `From: ${quoteAddress(`${bounceFrom}@${bounceHost}`)}`,
    `To: ${withoutLineEnds(quoteAddress(to))}`,
    `Subject: ${subject}`,
  ]);
}

/** The texts, each with its line end. */
export function lines(texts: readonly string[]): string {
  return texts.map(text => `${text}\n`).join('');
}
