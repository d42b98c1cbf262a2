// The frame of every delivery status notification (RFC 3462, 3464): a text for people, fields for programs, and what is returned of
// the message.
import { formatDate822 } from '../../lib/text/date822.ts';
import { fromXtext } from '../../message/dsn-parameters.ts';
import type { MessageSource } from '../../paper-path/shapes.ts';

/** The parts of a notification: byte strings that end with LF, and streams of bytes. */
export interface Report {
  /** Date, From, To, Subject. */
  readonly fields: string;
  /** Random, so that no message can contain it. */
  readonly boundary: string;
  /** The text for people. */
  readonly text: MessageSource;
  /** The host that reports. */
  readonly host: string;
  readonly arrivedMs: number;
  /** The sender's name of the message (ENVID, xtext). */
  readonly envid?: string | undefined;
  /** The fields of each recipient. */
  readonly recipients: AsyncIterable<string> | Iterable<string>;
  /** `header`: only the header of the message is returned. */
  readonly returns: 'message' | 'header';
  readonly original: MessageSource;
}

const contentTypes = { message: 'message/rfc822', header: 'text/rfc822-headers' } as const;

/** The whole notification, header included. */
export async function* writeReport(report: Report): AsyncGenerator<Uint8Array> {
  const { fields, boundary, text, host, arrivedMs, envid, recipients, returns, original } = report;
  yield bytes(`${fields}Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="${boundary}"
Content-Transfer-Encoding: 8bit

--${boundary}
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

`);
  yield* text;
  yield bytes(`
--${boundary}
Content-Type: message/delivery-status

${envid === undefined ? '' : `Original-Envelope-Id: ${asciiLine(fromXtext(envid))}\n`}Reporting-MTA: dns; ${host}
Arrival-Date: ${formatDate822(arrivedMs)}
`);
  for await (const lines of recipients) yield bytes(`\n${lines}`);
  yield bytes(`
--${boundary}
Content-Type: ${contentTypes[returns]}
Content-Transfer-Encoding: 8bit

`);
  yield* original;
  yield bytes(`\n--${boundary}--\n`);
}

/** As one line of ASCII. */
export function asciiLine(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

function bytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
