// The message that a person sends to themselves through a new provider.

import { formatDate822 } from '../lib/text/date822.ts';
import { addressFromText } from '../message/address.ts';

export interface TestMessage {
  /** LF line ends. */
  readonly raw: Buffer;
  /** With its brackets. */
  readonly messageId: string;
}

/** @param unique what no other message has */
export function testMessage(address: string, unique: string, nowMs: number): TestMessage {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  const messageId = `<waypost-test.${unique}@${domain}>`;
  const lines = [
    `Date: ${formatDate822(nowMs)}`,
    `From: ${address}`,
    `To: ${address}`,
    `Message-ID: ${messageId}`,
    'Subject: Waypost: a test message to yourself',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    'This message went out through your provider, and came back from there.',
    'You can delete it.',
    '',
  ];
  return { raw: Buffer.from(addressFromText(lines.join('\n')), 'latin1'), messageId: addressFromText(messageId) };
}
