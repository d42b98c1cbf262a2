// The three lines that qmail-local can add on top of a message. All are byte strings that end in one LF.
import { formatCtime } from '../../lib/text/date822.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';

export interface DeliveryLines {
  /** `Delivered-To: local@host` */
  readonly dtLine: string;
  /** `Return-Path: <sender>`, the sender quoted */
  readonly rpLine: string;
  /** `From sender Www Mmm dd hh:mm:ss yyyy`, which begins a message in an mbox */
  readonly ufLine: string;
}

/** @param recipient `local@host` as qmail-local was given it; @param atMs the time of the delivery */
export function deliveryLines(recipient: string, sender: string, atMs: number): DeliveryLines {
  return {
    dtLine: `Delivered-To: ${withoutLineEnds(recipient)}\n`,
    rpLine: `Return-Path: <${withoutLineEnds(quoteAddress(sender))}>\n`,
    get ufLine() {
      const from = sender === '' ? 'MAILER-DAEMON' : sender.replace(/[ \t\n]/g, '-');
      return `From ${from} ${formatCtime(atMs)}\n`;
    },
  };
}
