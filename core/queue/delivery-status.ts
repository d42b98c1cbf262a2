// A bounce as a delivery status notification (RFC 3464): a report for people, one for programs, and the message. All of it
// is streamed: neither the message nor the list of failures is held in memory.
import { createReadStream } from 'node:fs';
import { formatDate822 } from '../lib/date822.ts';
import { trimEndOf } from '../lib/trim-end.ts';
import { quoteAddress } from '../message/address.ts';

/** What every bounce is made of. Byte strings that end with LF, and paths of files. */
export interface BounceParts {
  /** Date, From, To, Subject. */
  readonly fields: string;
  readonly introduction: string;
  /** bounce/N: a paragraph for each recipient. */
  readonly failures: string;
  readonly separator: string;
  readonly returnPath: string;
  /** mess/N. */
  readonly original: string;
}

/** What only a notification says. */
export interface NoticeContext {
  /** The host that reports. */
  readonly host: string;
  readonly arrivedMs: number;
  /** A line that is in no message: nobody can know it before. */
  readonly boundary: string;
}

/** The whole notification, header included. */
export async function* deliveryStatusNotice(
  { fields, introduction, failures, returnPath, original }: BounceParts,
  { host, arrivedMs, boundary }: NoticeContext,
): AsyncGenerator<Uint8Array> {
  yield bytes(`${fields}Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="${boundary}"
Content-Transfer-Encoding: 8bit

--${boundary}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

${introduction}`);
  yield* createReadStream(failures);
  yield bytes(`
--${boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; ${host}
Arrival-Date: ${formatDate822(arrivedMs)}
`);
  for await (const paragraph of paragraphs(failures)) yield bytes(`\n${recipientFields(paragraph)}`);
  yield bytes(`
--${boundary}
Content-Type: message/rfc822
Content-Transfer-Encoding: 8bit

${returnPath}`);
  yield* createReadStream(original);
  yield bytes(`\n--${boundary}--\n`);
}

/**
 * What programs learn about one recipient.
 * @param paragraph `<address>:` and lines of text, as bounce/N has them
 */
export function recipientFields(paragraph: string): string {
  const [first = '', ...text] = paragraph.split('\n');
  const address = first.replace(/^<(.*)>:$/s, '$1');
  const said = /said: (\d{3}[ -].*)/s.exec(text.join('\n'))?.[1];
  const diagnosis = said === undefined ? `X-Qmail; ${folded(text.join('\n'))}` : `smtp; ${folded(said)}`;
  return [
    `Final-Recipient: rfc822; ${ascii(quoteAddress(address))}`,
    'Action: failed',
    `Status: ${statusOf(text.join('\n'))}`,
    ...(text.length > 0 ? [`Diagnostic-Code: ${diagnosis}`] : []),
    '',
  ].join('\n');
}

/** The code that the report carries: `(#5.1.1)` of ours, or what the other host said after its `550`. */
function statusOf(report: string): string {
  const code = /\(#([45]\.\d{1,3}\.\d{1,3})\)/.exec(report) ?? /\b[45]\d\d[ -]([45]\.\d{1,3}\.\d{1,3})\b/.exec(report);
  if (code?.[1]) return code[1];
  return report.includes('this message has been in the queue too long') ? '4.4.7' : '5.0.0';
}

/** The paragraphs of a file, without the empty lines between them. */
async function* paragraphs(path: string): AsyncGenerator<string> {
  let held = '';
  for await (const piece of createReadStream(path, 'latin1')) {
    const whole = `${held}${piece}`.split('\n\n');
    held = whole.pop() ?? '';
    for (const paragraph of whole) yield* trimmed(paragraph);
  }
  yield* trimmed(held);
}

function trimmed(paragraph: string): string[] {
  const text = trimEndOf(paragraph, '\n').replace(/^\n+/, '');
  return text === '' ? [] : [text];
}

/** As the value of a field that may have several lines. */
function folded(text: string): string {
  return ascii(text)
    .replace(/\n+(?!$)/g, '\n  ')
    .trimEnd();
}

function ascii(text: string): string {
  return text.replace(/[^\n -~]/g, '?');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
