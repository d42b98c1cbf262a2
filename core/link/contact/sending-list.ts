// The messages of one contact, each chosen when the one before is on its way: what a person orders meanwhile, and what comes
// meanwhile, counts at once.
import type { Link } from '../../control/links/link.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { addressFromText } from '../../message/address.ts';
import { parsePath } from '../../message/smtp-path.ts';
import type { MessageList } from '../serial/send-list.ts';
import { openSerialMessage, type SerialMessage } from '../serial/serial-message.ts';
import type { Marks } from '../spool/marks.ts';
import { inSendingOrder, isKeptBack } from '../spool/sending-order.ts';
import type { Waiting, WaitingMail } from '../spool/waiting.ts';

export interface SendingListDeps {
  readonly link: Link;
  readonly maildir: string;
  readonly prefix: string;
  readonly mail: WaitingMail;
  readonly marks: Marks;
  /** How many bytes the contact may still move. */
  readonly bytesLeft: () => number;
  /** Only what a person has ordered to go now. */
  readonly onlyNow: () => boolean;
  readonly log: (line: string) => void;
  /** A message is on its way; `sentBytes` of it. */
  readonly sending: (message: Waiting, sentBytes: number) => void;
}

export interface SendingList extends MessageList {
  /** How many would still be offered. */
  left(): number;
  /** It is not offered again in this contact. */
  readonly offered: ReadonlySet<string>;
}

export function createSendingList(deps: SendingListDeps): SendingList {
  const { link, maildir, prefix, mail, marks, log } = deps;
  const offered = new Set<string>();
  let ordered: Waiting[] = [];
  let versions = '';

  /** Those that may go, in their order. */
  function candidates(): Waiting[] {
    const now = `${mail.version} ${marks.version} ${deps.onlyNow()}`;
    if (now !== versions) {
      versions = now;
      ordered = inSendingOrder(mail.all(), marks.of);
    }
    return ordered;
  }

  function mayGo(message: Waiting): boolean {
    const mark = marks.of(message.name);
    if (offered.has(message.name) || isKeptBack(message, mark, link)) return false;
    return message.sizeBytes <= deps.bytesLeft() && (mark === 'now' || !deps.onlyNow());
  }

  async function open({ name }: Waiting): Promise<SerialMessage | undefined> {
    try {
      return await openSerialMessage(name, prefix, `${addressFromText(maildir)}/`);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') mail.forget(name);
      else log(`warning: unable to open ${name}: ${reasonOf(error)}`);
      return undefined;
    }
  }

  return {
    offered,
    left: () => candidates().filter(mayGo).length,
    async next() {
      for (;;) {
        const next = candidates().find(mayGo);
        if (!next) return undefined;
        offered.add(next.name);
        const message = await open(next);
        if (message) return watched(message, sentBytes => deps.sending(next, sentBytes));
      }
    },
  };
}

/** Counts what is sent of it; the sender without the quotes of Return-Path, the last line with its end. */
function watched(message: SerialMessage, sent: (bytes: number) => void): SerialMessage {
  const { sizeBytes, complete } = message;
  return {
    name: message.name,
    sender: parsePath(`<${message.sender}>`)?.address ?? message.sender,
    recipient: message.recipient,
    sizeBytes: complete ? sizeBytes : sizeBytes + 1,
    complete: true,
    async *pieces() {
      let bytes = 0;
      sent(bytes);
      for await (const piece of message.pieces()) {
        yield piece;
        bytes += piece.length;
        sent(bytes);
      }
      if (!complete) yield Buffer.from('\n');
    },
    [Symbol.asyncDispose]: () => message[Symbol.asyncDispose](),
  };
}
