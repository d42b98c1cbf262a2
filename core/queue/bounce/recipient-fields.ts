// What a delivery status notification says to programs about one recipient (RFC 3464 section 2.3).
import { isIP } from 'node:net';
import { formatDate822 } from '../../lib/text/date822.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';
import { fromXtext } from '../../message/dsn-parameters.ts';
import type { RemoteAnswer } from '../../paper-path/outcome.ts';
import type { FailureFields } from '../files/failure-fields.ts';
import { asciiLine } from './report.ts';

/** What happened, and what is known besides. */
export interface ReportedAction {
  readonly action: 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';
  /** Until when it is tried. */
  readonly retryUntilMs?: number | undefined;
}

/**
 * @param paragraph `<address>:` and lines of text, as bounce/N has them
 * @param failure undefined: qmail-send wrote the paragraph, and only its text is known
 */
export function recipientFields(
  paragraph: string,
  failure: FailureFields | undefined,
  { action, retryUntilMs }: ReportedAction = { action: 'failed' },
): string {
  const [first = '', ...text] = paragraph.split('\n');
  const address = first.replace(/^<(.*)>:$/s, '$1');
  const { status, answer, orcpt } = failure ?? { status: '5.0.0' };
  const said = answer?.code === undefined ? undefined : smtpLines(answer.code, answer.words);
  const diagnosis = said === undefined ? `X-Qmail; ${folded(text.join('\n'))}` : `smtp; ${folded(said)}`;
  const server = answer && nameOf(answer);
  return [
    ...(orcpt === undefined ? [] : [`Original-Recipient: ${originalRecipient(orcpt)}`]),
    `Final-Recipient: rfc822; ${ascii(quoteAddress(address))}`,
    `Action: ${action}`,
    `Status: ${status}`,
    ...(server ? [`Remote-MTA: dns; ${ascii(withoutLineEnds(server))}`] : []),
    ...(said !== undefined || (text.length > 0 && status[0] !== '2') ? [`Diagnostic-Code: ${diagnosis}`] : []),
    ...(retryUntilMs === undefined ? [] : [`Will-Retry-Until: ${formatDate822(retryUntilMs)}`]),
    '',
  ].join('\n');
}

/** `rfc822;` and the address, from ORCPT. */
function originalRecipient(orcpt: string): string {
  const semicolon = orcpt.indexOf(';') + 1;
  return `${orcpt.slice(0, semicolon)} ${asciiLine(fromXtext(orcpt.slice(semicolon)))}`;
}

/** The server's name, or its address as a literal. */
function nameOf({ host, ip }: RemoteAnswer): string | undefined {
  const name = host ?? ip;
  if (!name || isIP(name) === 0) return name || undefined;
  return isIP(name) === 6 ? `[IPv6:${name}]` : `[${name}]`;
}

/** A reply as a server sends it (RFC 3464 section 2.3.6). */
function smtpLines(code: number, words: string): string {
  const lines = words.split('\n');
  return lines.map((line, at) => `${code}${at < lines.length - 1 ? '-' : ' '}${line}`).join('\n');
}

/** The value of a field that may have several lines. */
function folded(text: string): string {
  return ascii(text)
    .replace(/\n+(?!$)/g, '\n  ')
    .trimEnd();
}

function ascii(text: string): string {
  return text.replace(/[^\n -~]/g, '?');
}
