// Sends one message by QMTP: the unchanged message, the sender and all recipients at once, and one reply for each recipient. There is no
// greeting, no waiting, and no line that could be taken for the end of the message.
import { open } from 'node:fs/promises';
import { type Channel, ConnectionDied } from '../conversation/channel.ts';
import { netstring } from '../lib/net/netstring.ts';
import { trimEndOf } from '../lib/text/trim-end.ts';
import { statusInWords } from '../paper-path/outcome.ts';
import type { Envelope } from '../paper-path/shapes.ts';
import {
  givingUp,
  type MessageReport,
  putOff,
  type RecipientReport,
  type Reports,
  remoteSaid,
  unreadable,
} from './outcome-of-replies.ts';
import { messagePieces, type OutgoingMessage, sizeOf, wholeMessage } from './outgoing-message.ts';

/** The longest reply for one recipient; a longer one is not QMTP. */
export const maxAnswerBytes = 5000;

/** The first byte of a message whose lines end in LF. */
const lfMode = '\n';

/** Sends, and closes the connection. Never throws. */
export async function sendByQmtp(
  channel: Channel<string>,
  ip: string,
  message: OutgoingMessage,
  envelope: Envelope,
): Promise<Reports> {
  const answers: string[] = [];
  let sentAll = false;
  try {
    await sendMessage(channel, message);
    // From here on the server may have all that it needs for a delivery.
    sentAll = true;
    await write(channel, envelopeBytes(envelope));
    while (answers.length < envelope.recipients.length) answers.push(await channel.reply());
  } catch (error) {
    const report = error instanceof ConnectionDied ? connectionDied(ip, sentAll) : unreadable;
    if (answers.length === 0) return { recipients: [], message: report };
    return reportsOf(ip, answers, envelope.recipients.length, report);
  } finally {
    channel.close();
  }
  return reportsOf(ip, answers, answers.length, unreadable);
}

async function sendMessage(channel: Channel<string>, message: OutgoingMessage): Promise<void> {
  if (message.raw) {
    const raw = wholeMessage(message.raw, message.head);
    return write(channel, Buffer.concat([start(raw.length), raw]));
  }
  const { path, head } = message;
  await using file = await open(path);
  let left = sizeOf((await file.stat()).size, head);
  await write(channel, start(left));
  for await (const piece of messagePieces(file, head)) {
    left -= piece.length;
    if (left < 0) break;
    await write(channel, piece);
  }
  if (left !== 0) throw new Error(`${path} has changed its size`);
}

function start(sizeBytes: number): Buffer {
  return Buffer.from(`${sizeBytes + lfMode.length}:${lfMode}`);
}

function envelopeBytes({ sender, recipients }: Envelope): Buffer {
  return Buffer.concat([Buffer.from(','), netstring(sender), netstring(Buffer.concat(recipients.map(netstring)))]);
}

async function write(channel: Channel<string>, raw: Uint8Array): Promise<void> {
  if (!(await channel.write(raw))) throw new ConnectionDied('while sending');
}

function connectionDied(ip: string, sentAll: boolean): MessageReport {
  return putOff(`Connected to ${ip} but connection died.${sentAll ? ' Possible duplicate!' : ''}`, '4.4.2');
}

/** @param missing the report for recipients without a reply */
function reportsOf(ip: string, answers: readonly string[], count: number, missing: MessageReport): Reports {
  const recipients = Array.from({ length: count }, (_, at): RecipientReport => {
    const answer = answers[at];
    return answer === undefined ? { ...missing, letter: 's' } : recipientReport(ip, answer);
  });
  const accepted = answers.find(answer => answer.startsWith('K'));
  if (accepted === undefined) return { recipients, message: givingUp(ip) };
  const text = `${ip} accepted message.\n${said(accepted)}`;
  return { recipients, message: { letter: 'K', text, reply: replyIn(accepted) } };
}

/** K is accepted, D is a permanent refusal; after any other reply it is tried again. */
function recipientReport(ip: string, answer: string): RecipientReport {
  if (answer.startsWith('K')) return { letter: 'r', text: '' };
  const text = `${ip} does not like recipient.\n${said(answer)}`;
  return { letter: answer.startsWith('D') ? 'h' : 's', text, reply: replyIn(answer) };
}

function replyIn(answer: string): Required<RecipientReport>['reply'] {
  const words = wordsOf(answer);
  return { code: undefined, status: statusInWords(words, answer.startsWith('D') ? '5' : '4'), words };
}

function said(answer: string): string {
  return remoteSaid({ text: `${wordsOf(answer)}\n` });
}

function wordsOf(answer: string): string {
  return trimEndOf(answer.slice(1).replaceAll('\r', '').replaceAll('\0', '?'), '\n');
}
