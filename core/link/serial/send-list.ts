// Sends a list of messages over one conversation: what the protocols (SMTP, QMTP, …) have in common.
import { ConnectionDied, NotAReply, ServerSilent } from '../../conversation/channel.ts';
import { nextTurn } from '../../lib/process/next-turn.ts';
import type { SerialMessage } from './serial-message.ts';

/**
 * A server's reply to a message: K accepted, Z refused for now, D refused permanently (also by us, before it was sent). The text
 * is a byte string.
 */
export interface SerialResult {
  readonly status: 'K' | 'Z' | 'D';
  readonly text: string;
}

/** The messages, each opened when the one before is being sent. */
export interface MessageList {
  /** Undefined at the end. The caller closes each message. @throws SerialEnd when a file cannot be opened */
  next(): Promise<SerialMessage | undefined>;
}

/**
 * Called once for each message that the server answered, in order, and for each that cannot be sent as soon as that is known. A
 * message without a result has no answer.
 */
export type ReportResult = (name: string, result: SerialResult) => void;

/** The conversation ended before the list did. Its text follows `serialsmtp: fatal: `. */
export class SerialEnd extends Error {}

/** The server did something after which replies cannot be assigned to messages. */
export const violation = 'protocol violation';

/** The end of a conversation in the words of the serial programs. @param wrongReply for bytes that cannot be a reply */
export function serialEndFor(error: unknown, wrongReply = violation): Error {
  if (error instanceof NotAReply) return new SerialEnd(wrongReply);
  if (error instanceof ServerSilent) return new SerialEnd('network read error: timed out');
  if (error instanceof ConnectionDied) return new SerialEnd('network read error: end of file');
  return error instanceof Error ? error : new Error(String(error));
}

/** A message of a list, and whether the next one is known already. */
export interface Ahead {
  readonly message: SerialMessage;
  /** Also true at the end of the list. False: the next one may take any time, or its file cannot be opened. */
  isNextHere(): Promise<boolean>;
}

/** The messages of a list; each is closed when the next one is asked for. @throws SerialEnd as `next` of the list does */
export async function* lookingAhead(list: MessageList): AsyncGenerator<Ahead> {
  let next = list.next();
  try {
    for (;;) {
      const message = await next;
      if (!message) return;
      next = list.next();
      const known = next.then(
        () => true,
        () => false,
      );
      try {
        yield { message, isNextHere: () => Promise.race([known, nextTurn().then(() => false)]) };
      } finally {
        await message[Symbol.asyncDispose]();
      }
    }
  } finally {
    // The list may take any time for it, and no caller waits for it now.
    void next.then(message => message?.[Symbol.asyncDispose](), ignore);
  }
}

function ignore(): void {}
