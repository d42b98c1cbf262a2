// serialqmtp: sends a list of messages over one QMTP conversation, without waiting between them; the replies come in the
// same order.
import { type Channel, ConnectionDied } from '../../conversation/channel.ts';
import { netstring } from '../../lib/net/netstring.ts';
import { type MessageList, type ReportResult, SerialEnd, type SerialResult, serialEndFor } from './send-list.ts';
import { controlInAddress, sendable } from './sendable.ts';
import type { SerialMessage } from './serial-message.ts';

const wrongReply = 'remote protocol violation';
/** The first byte of a message whose lines end in LF. */
const lfMode = '\n';

/**
 * Sends the list, and closes the conversation.
 * @param channel its replies are netstrings
 * @param peers `ip`: the server's address for the results, if it is known; `recorded`: its side is a file, with all replies at once
 * @throws SerialEnd when the conversation ended first: a message without a result may or may not have been sent
 */
export async function sendListByQmtp(
  channel: Channel<string>,
  { ip, recorded }: { readonly ip: string | undefined; readonly recorded: boolean },
  list: MessageList,
  report: ReportResult,
): Promise<void> {
  const unanswered = createUnanswered(recorded);
  const writing = writeAll(channel, sendable(list, controlInAddress, report), unanswered);
  try {
    await Promise.all([writing, readAll(channel, unanswered, (name, reply) => report(name, resultOf(reply, ip)))]);
  } catch (error) {
    throw serialEndFor(error, wrongReply);
  } finally {
    channel.close();
  }
}

/** A message without a reply so far. */
interface Unanswered {
  readonly name: string;
  readonly written: Promise<Written>;
}

/** What was written of a message. */
interface Written {
  /** False: the connection was closed before its end, or the message was not sent on. */
  readonly whole: boolean;
  /** What the server said before it had the end of the message, while no other reply was due. */
  readonly early?: string;
}

/**
 * A queue between the side that writes and the side that waits for replies.
 * @param recorded a reply may be there at any time, and is never early
 */
function createUnanswered(recorded: boolean) {
  const waiting: Unanswered[] = [];
  let ended = false;
  let wake = (): void => {};
  /** How many are written completely and wait for a reply. */
  let due = 0;

  return {
    get isReplyDue() {
      return recorded || due > 0;
    },
    complete(): void {
      due++;
    },
    replied(): void {
      due--;
    },
    add(one: Unanswered): void {
      waiting.push(one);
      wake();
    },
    end(): void {
      ended = true;
      wake();
    },
    /** Undefined: there are no more. */
    async next(): Promise<Unanswered | undefined> {
      while (waiting.length === 0 && !ended) {
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      }
      return waiting.shift();
    },
  };
}

type UnansweredList = ReturnType<typeof createUnanswered>;

async function writeAll(channel: Channel<string>, list: MessageList, unanswered: UnansweredList): Promise<void> {
  try {
    for (let message = await list.next(); message; message = await list.next()) {
      await using current = message;
      const written = writeMessage(channel, current, unanswered);
      // A file that cannot be read is an error of the writing side, not of the reply.
      unanswered.add({ name: current.name, written: written.catch(() => ({ whole: false })) });
      const { whole, early } = await written;
      if (whole) continue;
      if (early !== undefined) return; // The side that reads ends the conversation.
      throw new SerialEnd('unable to write to network');
    }
  } finally {
    unanswered.end();
  }
}

async function writeMessage(
  channel: Channel<string>,
  message: SerialMessage,
  unanswered: UnansweredList,
): Promise<Written> {
  if (!(await channel.write(`${message.sizeBytes + lfMode.length}:${lfMode}`))) return { whole: false };
  for await (const piece of message.pieces()) {
    if (!(await channel.write(piece))) return { whole: false };
  }
  const early = unanswered.isReplyDue ? undefined : channel.pending();
  // A server may refuse a message before it has the end of it, but not accept it.
  if (early?.startsWith('K')) return { whole: false, early };
  if (early === undefined) unanswered.complete();
  const recipients = netstring(netstring(message.recipient));
  const whole = await channel.write(Buffer.concat([Buffer.from(','), netstring(message.sender), recipients]));
  return { whole, ...(early !== undefined && { early }) };
}

async function readAll(
  channel: Channel<string>,
  unanswered: UnansweredList,
  report: (name: string, reply: string) => void,
): Promise<void> {
  for (let next = await unanswered.next(); next; next = await unanswered.next()) {
    // A message that takes an hour to write does not make its reply late. If it cannot be written, replies may still be
    // received.
    const { whole, early } = await next.written;
    const reply = early ?? (whole ? await channel.reply() : channel.pending());
    if (whole && early === undefined) unanswered.replied();
    if (reply === undefined) throw new ConnectionDied('while sending');
    if (!isStatus(reply.charAt(0))) throw new SerialEnd(wrongReply);
    // A message of which only a part was sent cannot have been accepted.
    if (!whole && reply.startsWith('K')) throw new SerialEnd(wrongReply);
    report(next.name, reply);
  }
}

function isStatus(letter: string): letter is SerialResult['status'] {
  return letter === 'K' || letter === 'Z' || letter === 'D';
}

function resultOf(reply: string, ip: string | undefined): SerialResult {
  const status = reply.charAt(0) as SerialResult['status'];
  return { status, text: (ip === undefined ? '' : `${ip} said: `) + reply.slice(1) };
}
