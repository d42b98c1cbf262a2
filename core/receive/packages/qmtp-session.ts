// One QMTP client (qmail-qmtpd): packages of a message, its sender and its recipients, one after the other, with a reply for
// each recipient. Invariant: the reply is K only when the queue says that the message is safe on disk.
import type { Control } from '../../control/control.ts';
import { isRcptHost } from '../../control/rcpthosts.ts';
import { BadNetstring, TooLong } from '../../lib/net/netstring.ts';
import { createCrRemover, through } from '../../lib/text/line-ends.ts';
import type { ClientMemory } from '../../listen/client-memory.ts';
import { createRecipientList, mostRecipients, type RecipientList } from '../recipient-list.ts';
import {
  answerAll,
  exitCodeOf,
  type Kept,
  keepMessage,
  lengthLimit,
  maxAddressBytes,
  noMemory,
  type PackageSession,
  queueKept,
  readAddress,
} from './package-session.ts';

/** One client. */
export interface QmtpSession extends PackageSession {
  readonly control: Control;
}

const LF = 0x0a;
const CR = 0x0d;
/** All recipients of a message are held in memory. */
const maxRecipientBytes = 4 * 1024 * 1024;
/** A package with more refused recipients than this is not read to its end. */
const maxRefused = 10_000;

const badSender = 'Dunacceptable sender (#5.1.7)';
const badRecipient = "Dsorry, I can't handle that recipient (#5.1.3)";
const notMine = "Dsorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)";

/** Serves until the client leaves. @returns 0; 100: it does not speak QMTP; 111: a problem here, or a limit */
export function serveQmtp(session: QmtpSession): Promise<number> {
  return exitCodeOf(async () => {
    for (;;) await takePackage(session);
  });
}

async function takePackage(session: QmtpSession): Promise<void> {
  const { input, client, control, memory } = session;
  const bytes = await input.length(lengthLimit);
  if (bytes === 0) throw new BadNetstring('a message must begin with a byte that says how its lines end');
  const [lineEnd] = await input.bytes(1);
  if (lineEnd !== LF && lineEnd !== CR) throw new BadNetstring('the lines of a message end in LF or CR LF');
  const decode = lineEnd === CR ? through(createCrRemover()) : undefined;
  await using kept = await keepMessage(session, 'QMTP', bytes - 1, client.dataBytes ?? control.dataBytes, decode);
  await input.comma();
  const sender = await readAddress(input, await input.length(lengthLimit));
  await input.comma();
  const recipients = createRecipientList(memory, maxRecipientBytes);
  const verdicts = createVerdicts(memory);
  try {
    await readRecipients(session, recipients, verdicts);
    await input.comma();
    const answer = verdicts.noRoom ? noMemory : await judge(session, kept, sender, recipients);
    await answerAll(session, verdicts.count, at => verdicts.of(at) ?? answer);
  } finally {
    recipients.release();
    verdicts.release();
  }
}

/** The refusal of each recipient; undefined: it gets the message, and the reply for the message. */
interface Verdicts {
  add(verdict: string | undefined): void;
  of(at: number): string | undefined;
  readonly count: number;
  /** There is no memory for them: they are only counted, and all are told to try again later. */
  readonly noRoom: boolean;
  release(): void;
}

const verdictBytes = 8;

function createVerdicts(memory: ClientMemory): Verdicts {
  let list: (string | undefined)[] = [];
  let count = 0;
  let noRoom = false;
  function release(): void {
    memory.give(list.length * verdictBytes);
    list = [];
  }
  return {
    add(verdict) {
      count++;
      if (!noRoom && memory.take(verdictBytes)) list.push(verdict);
      else if (!noRoom) {
        noRoom = true;
        release();
      }
    },
    of: at => list[at],
    get count() {
      return count;
    },
    get noRoom() {
      return noRoom;
    },
    release,
  };
}

async function readRecipients(session: QmtpSession, recipients: RecipientList, verdicts: Verdicts): Promise<void> {
  const { input, control, client, trusted } = session;
  const allBytes = await input.length(lengthLimit);
  if (allBytes > maxRecipientBytes) throw new TooLong('too many recipients');
  const end = input.taken + allBytes;
  const most = mostRecipients(control, trusted || client.relayClient !== undefined);
  let refused = 0;
  while (input.taken < end) {
    const bytes = await input.length(lengthLimit, end);
    if (input.taken + bytes >= end) throw new BadNetstring('a recipient reaches beyond the list');
    const recipient = recipientFrom(session, await readAddress(input, bytes));
    const verdict = 'answer' in recipient ? recipient.answer : wrong[recipients.add(recipient.address, most)];
    if (verdict !== undefined && ++refused > maxRefused) throw new TooLong('too many recipients that are refused');
    verdicts.add(verdict);
    await input.comma();
  }
}

const wrong = {
  added: undefined,
  there: undefined,
  tooMany: 'Zsorry, too many recipients (#4.5.3)',
  noMemory,
} as const;

/** An address that gets the message, or the reply that refuses it. */
type Recipient = { readonly address: string } | { readonly answer: string };

function recipientFrom({ client, control }: QmtpSession, address: string | undefined): Recipient {
  const suffix = client.relayClient ?? '';
  if (!address || address.length + suffix.length > maxAddressBytes) return { answer: badRecipient };
  if (client.relayClient !== undefined) return { address: address + suffix };
  return isRcptHost(control, address) ? { address } : { answer: notMine };
}

/** The reply for the recipients that get the message. */
async function judge(
  session: QmtpSession,
  kept: Kept,
  sender: string | undefined,
  recipients: RecipientList,
): Promise<string> {
  if ('answer' in kept) return kept.answer;
  if (sender === undefined) return badSender;
  if (recipients.isEmpty) return '';
  return queueKept(session, kept, { sender, recipients: recipients.addresses() });
}
