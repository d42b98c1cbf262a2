// The message as one server can take it: encoded anew where the server has no 8BITMIME (RFC 6152), or a line is longer than servers must
// accept; or why it cannot have it.
import type { Extensions } from '../../conversation/smtp-greeting.ts';
import type { Obstacle } from '../../message/reencode/plan.ts';
import { type MessageReport, refused } from '../outcome-of-replies.ts';
import type { WireMessage } from '../shared-messages.ts';

/** Whether the server can take the message without any encoding. */
export function fitsAsItIs({ facts }: WireMessage, extensions: Extensions): boolean {
  return !facts.longLines && (!facts.eightBit || extensions.has('8BITMIME'));
}

/** @throws Error if the file of the message cannot be read */
export async function fitMessage(
  message: WireMessage,
  extensions: Extensions,
  ip: string,
): Promise<WireMessage | MessageReport> {
  const { facts, utf8Address } = message;
  if (utf8Address && !extensions.has('SMTPUTF8')) return refused(`Connected to ${ip} but ${utf8Refused}`, '5.6.7');
  if (fitsAsItIs(message, extensions)) return message;
  if (facts.eightBit && !extensions.has('8BITMIME')) {
    const encoded = await message.encodedFor('7bit');
    if (encoded.kind === 'encoded') return encoded.message;
    const { words, status } = obstacles[encoded.why];
    return refused(`Connected to ${ip} but it takes only ASCII (no 8BITMIME), and ${words}`, status);
  }
  const encoded = await message.encodedFor('short lines');
  // Most servers take long lines nevertheless.
  return encoded.kind === 'encoded' ? encoded.message : message;
}

const utf8Refused =
  'it takes no addresses with other letters than ASCII (no SMTPUTF8), and the header of this message has one.';

const obstacles: Readonly<Record<Obstacle, { readonly words: string; readonly status: string }>> = {
  signed: {
    words: 'this message is signed: the signature would be broken if it were encoded for this server.',
    status: '5.6.3',
  },
  header: {
    words:
      'the header of this message has other letters that are not encoded. Encode them (RFC 2047) and send it again.',
    status: '5.6.7',
  },
  structure: {
    words: 'this message cannot be encoded for it: its parts cannot be told, or one of them must stay as it is.',
    status: '5.6.3',
  },
};
