// Builds a message with nodemailer's MIME composer: LF line ends, 7-bit text, no line over 998 bytes.
import MailComposer from 'nodemailer/lib/mail-composer';
import type { DraftFile } from '../../api/compose.ts';
import { parseStructured } from '../../message/header/structured.ts';
import { encodeFlowed } from './encode-flowed.ts';
import { type Person, quotedAddress } from './typed-addresses.ts';

/** A message to build. Text values are text; `extraFields` and `listLines` are complete ASCII values. */
export interface Outgoing {
  readonly from: Person;
  readonly replyTo: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  /** Written into the message: only for the sender's own copy. */
  readonly bcc: readonly Person[];
  readonly subject: string;
  readonly text: string;
  /**
   * A message to send has soft line breaks (format=flowed). A draft keeps its text exactly.
   */
  readonly purpose: 'send' | 'draft';
  readonly files: readonly DraftFile[];
  readonly dateMs: number;
  readonly messageId: string;
  /** Message-IDs with their angle brackets, oldest first. */
  readonly references: readonly string[];
  readonly inReplyTo: string | undefined;
  readonly extraFields: Readonly<Record<string, string>>;
  /** Complete header lines, each with its LF, for lists that nodemailer would omit. They come first. */
  readonly listLines: string;
  /** Makes the boundaries between parts unique. */
  readonly boundary: string;
}

/** The field that qmail-inject adds if all recipients are in Bcc. */
export const nobodyNamed = 'Cc: recipient list not shown: ;\n';

/** The whole message. */
export async function buildMessage(message: Outgoing): Promise<Buffer> {
  const text = message.text.replace(/\r\n?/g, '\n');
  const toSend = message.purpose === 'send';
  const body = toSend ? encodeFlowed(text) : text;
  const node = new MailComposer({
    from: mailbox(message.from),
    replyTo: message.replyTo.map(mailbox),
    to: message.to.map(mailbox),
    cc: message.cc.map(mailbox),
    bcc: message.bcc.map(mailbox),
    subject: message.subject.replace(/[\u0000-\u001f\u007f]+/g, ' '),
    messageId: message.messageId,
    date: formatLocalDate(message.dateMs),
    headers: Object.entries(message.extraFields).map(([key, value]) => ({
      key,
      value: { prepared: true, value },
    })),
    // Not `text`: its type is always plain text without parameters.
    alternatives: [
      {
        content: body.endsWith('\n') ? body : `${body}\n`,
        contentType: `text/plain; charset=utf-8${toSend ? '; format=flowed; delsp=no' : ''}`,
        ...(toSend && isPlain(body) ? {} : { contentTransferEncoding: 'quoted-printable' }),
      },
    ],
    attachments: message.files.map(attachment),
    newline: 'linux',
    baseBoundary: message.boundary,
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile();
  node.keepBcc = true;
  return Buffer.concat([Buffer.from(`${message.listLines}${threadLines(message)}`, 'latin1'), await node.build()]);
}

/** Written as lines, because nodemailer would change unusual ids, and the reply could not be matched to its message. */
function threadLines({ inReplyTo, references }: Outgoing): string {
  const answered = inReplyTo === undefined ? '' : `In-Reply-To: ${inReplyTo}\n`;
  return references.length === 0 ? answered : `${answered}References: ${references.join('\n ')}\n`;
}

function mailbox({ name, address }: Person): { name: string; address: string } {
  return { name, address: quotedAddress(address) };
}

function attachment(file: DraftFile) {
  const content = Buffer.from(file.base64, 'base64');
  const asMessage = file.type.toLowerCase() === 'message/rfc822' && fitsUnencoded(content);
  return {
    filename: fileName(file.name),
    content,
    contentType: asMessage ? 'message/rfc822' : leafType(file.type),
    contentDisposition: 'attachment',
    // RFC 2046 section 5.2.1 forbids base64 for a message. For all other files it preserves the bytes.
    ...(asMessage ? {} : { contentTransferEncoding: 'base64' }),
  };
}

function fitsUnencoded(raw: Buffer): boolean {
  return isPlain(raw.toString('latin1').replaceAll('\r\n', '\n'));
}

/** ASCII without NUL and bare CR, no line over 998 bytes. */
function isPlain(text: string): boolean {
  return /^[\u0001-\u000c\u000e-\u007f]*$/.test(text) && text.split('\n').every(line => line.length <= 998);
}

/**
 * The type with the parameters that are needed to read it, if it is a valid type for a part with content; otherwise
 * application/octet-stream.
 */
function leafType(type: string): string {
  const { value, parameter } = parseStructured(type);
  const isPlain = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(value) && !/^(?:multipart|message)\//.test(value);
  if (!isPlain) return 'application/octet-stream';
  const kept = ['charset', 'method'].flatMap(name => {
    const said = parameter(name) ?? '';
    return /^[a-z0-9!#$&^_.+:-]{1,100}$/i.test(said) ? [`; ${name}=${said}`] : [];
  });
  return `${value}${kept.join('')}`;
}

function fileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim() || 'attachment';
}

/** `Sat, 21 Nov 2026 11:36:00 +0100`: in the sender's time zone (RFC 5322 section 3.3). */
function formatLocalDate(atMs: number): string {
  const offsetMin = -new Date(atMs).getTimezoneOffset();
  const [weekday, day, month, year, time] = new Date(atMs + offsetMin * 60_000).toUTCString().split(' ');
  const hours = String(Math.floor(Math.abs(offsetMin) / 60)).padStart(2, '0');
  const minutes = String(Math.abs(offsetMin) % 60).padStart(2, '0');
  return `${weekday} ${Number(day)} ${month} ${year} ${time} ${offsetMin < 0 ? '-' : '+'}${hours}${minutes}`;
}
