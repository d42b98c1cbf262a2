// A bounce as a delivery status notification (RFC 3464): a report for people, one for programs, and the message. All of it is
// streamed: neither the message nor the list of failures is held in memory.
import { createReadStream } from 'node:fs';
import { isIP } from 'node:net';
import { formatDate822 } from '../../lib/text/date822.ts';
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { quoteAddress, withoutLineEnds } from '../../message/address.ts';
import type { RemoteAnswer } from '../../paper-path/outcome.ts';
import type { FailureFields } from '../files/failure-fields.ts';
import type { FailureReader } from '../files/failures.ts';

/** The parts of every bounce: byte strings that end with LF, and paths of files. */
export interface BounceParts {
  /** Date, From, To, Subject. */
  readonly fields: string;
  readonly introduction: string;
  /** bounce/N: a paragraph for each recipient. */
  readonly paragraphs: string;
  readonly separator: string;
  readonly returnPath: string;
  /** mess/N. */
  readonly original: string;
}

/** What only a notification needs. */
export interface NoticeContext {
  /** The host that reports. */
  readonly host: string;
  readonly arrivedMs: number;
  /** Random, so that no message can contain it. */
  readonly boundary: string;
  /** The fields of the paragraphs. */
  readonly failures: FailureReader;
}

/** The whole notification, header included. */
export async function* deliveryStatusNotice(
  { fields, introduction, paragraphs, returnPath, original }: BounceParts,
  { host, arrivedMs, boundary, failures }: NoticeContext,
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
  yield* createReadStream(paragraphs);
  yield bytes(`
--${boundary}
Content-Type: message/delivery-status

Reporting-MTA: dns; ${host}
Arrival-Date: ${formatDate822(arrivedMs)}
`);
  try {
    for await (const { offset, text } of paragraphsIn(paragraphs)) {
      yield bytes(`\n${recipientFields(text, await failures.at(offset))}`);
    }
  } finally {
    await failures.close();
  }
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
 * @param failure undefined: qmail-send wrote the paragraph, and only its text is known
 */
export function recipientFields(paragraph: string, failure: FailureFields | undefined): string {
  const [first = '', ...text] = paragraph.split('\n');
  const address = first.replace(/^<(.*)>:$/s, '$1');
  const { status, answer } = failure ?? { status: '5.0.0' };
  const said = answer?.code === undefined ? undefined : smtpLines(answer.code, answer.words);
  const diagnosis = said === undefined ? `X-Qmail; ${folded(text.join('\n'))}` : `smtp; ${folded(said)}`;
  const server = answer && nameOf(answer);
  return [
    `Final-Recipient: rfc822; ${ascii(quoteAddress(address))}`,
    'Action: failed',
    `Status: ${status}`,
    ...(server ? [`Remote-MTA: dns; ${ascii(withoutLineEnds(server))}`] : []),
    ...(said !== undefined || text.length > 0 ? [`Diagnostic-Code: ${diagnosis}`] : []),
    '',
  ].join('\n');
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

/** A paragraph, and where it starts. */
interface Paragraph {
  readonly offset: number;
  readonly text: string;
}

/** The paragraphs of a file, without the empty lines between them. */
async function* paragraphsIn(path: string): AsyncGenerator<Paragraph> {
  let held = '';
  let at = 0;
  for await (const piece of createReadStream(path, 'latin1')) {
    const whole = `${held}${piece}`.split('\n\n');
    held = whole.pop() ?? '';
    for (const text of whole) {
      yield* trimmed(text, at);
      at += text.length + 2;
    }
  }
  yield* trimmed(held, at);
}

function trimmed(paragraph: string, at: number): Paragraph[] {
  const started = paragraph.replace(/^\n+/, '');
  const text = trimEndOf(started, '\n');
  return text === '' ? [] : [{ offset: at + paragraph.length - started.length, text }];
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

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
