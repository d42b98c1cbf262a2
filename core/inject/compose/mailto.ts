// Parses mailto: URLs (RFC 6068). Only the header fields that a web page may safely set are used.
import { wordsInText } from '../../message/encodings/encoded-words.ts';

/** The contents of a mailto: URL; lists are comma-separated as in a header. */
export interface MailtoRequest {
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly subject: string;
  readonly body: string;
}

/** Parses a URL; undefined if it is not a mailto: URL. Invalid percent escapes are left unchanged. */
export function parseMailto(url: string): MailtoRequest | undefined {
  const match = /^\s*mailto:([^?#]*)(?:\?([^#]*))?/i.exec(url);
  if (!match) return undefined;
  const lists = { to: [decode(match[1] ?? '')], cc: [] as string[], bcc: [] as string[] };
  let subject = '';
  let body = '';
  for (const pair of (match[2] ?? '').split('&')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const name = decode(pair.slice(0, equals)).toLowerCase();
    const value = decode(pair.slice(equals + 1));
    if (name === 'to' || name === 'cc' || name === 'bcc') lists[name].push(value);
    else if (name === 'subject') subject = wordsInText(oneLine(value));
    else if (name === 'body') body = value.replace(/\r\n?/g, '\n');
  }
  return { to: joined(lists.to), cc: joined(lists.cc), bcc: joined(lists.bcc), subject, body };
}

function joined(lists: readonly string[]): string {
  return lists
    .map(oneLine)
    .filter(list => list !== '')
    .join(', ');
}

function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}

function decode(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, run => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
