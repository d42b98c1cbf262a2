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
  /** How many would still be offered; it may count some that are too large for the rest of the contact. */
  left(): number;
  /** It is not offered again in this contact. */
  readonly offered: ReadonlySet<string>;
}

export function createSendingList(deps: SendingListDeps): SendingList {
  const { link, maildir, prefix, mail, marks, log } = deps;
  const offered = new Set<string>();
  /** Those that may go, in their order; the ones before `at` have had their turn. */
  let ordered: Waiting[] = [];
  let at = 0;
  let versions = '';

  /** Puts them in order again only when there are others, or a person wants another order: there may be very many. */
  function putInOrder(): void {
    const now = `${mail.arrivals} ${marks.version} ${deps.onlyNow()}`;
    if (now === versions) return;
    versions = now;
    ordered = inSendingOrder([...mail.all()].filter(mayGo), marks.of);
    at = 0;
  }

  function mayGo(message: Waiting): boolean {
    const mark = marks.of(message.name);
    if (offered.has(message.name) || isKeptBack(message, mark, link)) return false;
    return mark === 'now' || !deps.onlyNow();
  }

  /** Passes over what is gone, and what is too large for this contact: it will not get room for more. */
  function upcoming(): Waiting | undefined {
    putInOrder();
    for (; ; at++) {
      const message = ordered[at];
      if (!message || (message.sizeBytes <= deps.bytesLeft() && mail.get(message.name))) return message;
    }
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
    left: () => (upcoming() ? ordered.length - at : 0),
    async next() {
      for (;;) {
        const next = upcoming();
        if (!next) return undefined;
        at++;
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
