// The Received field, which says from which client and how a message was received (qmail's received.c).
import { formatDate822 } from '../lib/text/date822.ts';
import type { Client } from '../listen/client.ts';
import { lowerAscii } from '../message/address.ts';

/** Where a message came from. Strings are byte strings. */
export interface ReceivedFrom extends Pick<Client, 'remoteHost' | 'remoteIp' | 'remoteInfo' | 'localHost'> {
  /** What the client called itself; undefined: nothing. */
  readonly helo: string | undefined;
  readonly protocol: string;
}

/** The field, with LF line ends, to be put before the message. */
export function formatReceived(from: ReceivedFrom, atMs: number): string {
  const host = from.remoteHost ?? 'unknown';
  const differs = from.helo !== undefined && lowerAscii(from.helo) !== lowerAscii(host);
  const helo = differs ? ` (HELO ${safe(from.helo)})` : '';
  const info = from.remoteInfo === undefined ? '' : `${safe(from.remoteInfo)}@`;
  return (
    `Received: from ${safe(host)}${helo} (${info}${safe(from.remoteIp)})\n` +
    `  by ${safe(from.localHost)} with ${from.protocol}; ${formatDate822(atMs)}\n`
  );
}

const longestShown = 255;

/** Keeps only bytes that cannot end the line or a comment: a client must not be able to write our header. */
function safe(text: string): string {
  return text.slice(0, longestShown).replace(/[^A-Za-z0-9.@%+/=:[\]-]/g, '?');
}
