// What is put above a fetched message: a Received field with the token by which the queue is searched after a crash.
import type { Account } from '../../control/fetch/account.ts';
import { serverOf } from '../../control/fetch/account.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { addressFromText, displayAddress } from '../../message/address.ts';

export interface FieldsFor {
  readonly account: Account;
  /** This host's name. */
  readonly me: string;
  readonly token: string;
  readonly atMs: number;
  readonly isSpam: boolean;
}

/** LF line ends. */
export function fieldsAbove({ account, me, token, atMs, isSpam }: FieldsFor): Buffer {
  const { protocol, tls, name } = account;
  const withProtocol = `${protocol.toUpperCase()}${tls === 'none' ? '' : 'S'}`;
  const received = `Received: from ${safe(serverOf(account).host)} (account ${safe(name)})\n  by ${safe(me)} with ${withProtocol} id ${token}; ${formatDate822(atMs)}\n`;
  return Buffer.from(`${received}${isSpam ? 'X-Spam-Flag: YES\n' : ''}`, 'latin1');
}

/** Whether the beginning of a message in the queue has this token, whatever stands above it. */
export function hasToken(head: string, token: string): boolean {
  return head.includes(` id ${token};`);
}

const mostShownHeader = 20_000;

export interface Notice extends FieldsFor {
  readonly recipient: string;
  readonly sizeBytes: number;
  readonly why: string;
  /** The beginning of the message that stays there. */
  readonly head: Buffer;
}

/** The message about one that stays at the server: it has that one's header. LF line ends. */
export function noticeOf(notice: Notice): Buffer {
  const { account, me, token, recipient, sizeBytes, why, head, atMs } = notice;
  const host = serverOf(account).host;
  const end = head.indexOf('\n\n');
  const header = head.subarray(0, Math.min(end < 0 ? head.length : end, mostShownHeader)).toString('utf8');
  const quoted = header.split('\n').map(line => `  ${line.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '?')}`);
  const text = `From: Mail fetching <postmaster@${safe(me)}>
To: <${safe(addressFromText(displayAddress(recipient)))}>
Subject: A message was left at ${safe(host)}
Date: ${formatDate822(atMs).replace(' -0000', ' +0000')}
Message-ID: <${token}.fetch@${safe(me)}>
Auto-Submitted: auto-generated
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

A message of ${sizeBytes} bytes was not fetched from ${host} (account ${account.name}):
${why}

It is still there. Its header:

${quoted.join('\n')}
`;
  return Buffer.concat([fieldsAbove(notice), Buffer.from(text)]);
}

/** Only characters that cannot end the line or a comment. */
function safe(text: string): string {
  return text.slice(0, 255).replace(/[^A-Za-z0-9.@%+/=:[\]_-]/g, '?');
}
