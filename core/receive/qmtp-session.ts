// One QMTP client (qmail-qmtpd): packages of a message, its sender and its recipients, one after the other, and for each
// recipient an answer. Invariant: K is answered only when the queue says that the message is safe on disk.
import type { Control } from '../control/control.ts';
import { isRcptHost } from '../control/rcpt-hosts.ts';
import { createCrRemover, through } from '../lib/line-ends.ts';
import { BadNetstring, TooLong } from '../lib/netstring.ts';
import {
  answerAll,
  exitCodeOf,
  type Kept,
  keepMessage,
  lengthLimit,
  maxAddressBytes,
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

const badSender = 'Dunacceptable sender (#5.1.7)';
const badRecipient = "Dsorry, I can't handle that recipient (#5.1.3)";
const notMine = "Dsorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)";

/** Serves until the client leaves. @returns 0; 100: it does not speak QMTP; 111: trouble here, or it wants too much */
export function serveQmtp(session: QmtpSession): Promise<number> {
  return exitCodeOf(async () => {
    for (;;) await takePackage(session);
  });
}

async function takePackage(session: QmtpSession): Promise<void> {
  const { input, client, control } = session;
  const bytes = await input.length(lengthLimit);
  if (bytes === 0) throw new BadNetstring('a message must begin with a byte that says how its lines end');
  const [lineEnd] = await input.bytes(1);
  if (lineEnd !== LF && lineEnd !== CR) throw new BadNetstring('the lines of a message end in LF or CR LF');
  const decode = lineEnd === CR ? through(createCrRemover()) : undefined;
  await using kept = await keepMessage(session, 'QMTP', bytes - 1, client.dataBytes ?? control.dataBytes, decode);
  await input.comma();
  const sender = await readAddress(input, await input.length(lengthLimit));
  await input.comma();
  const recipients = await readRecipients(session);
  await input.comma();
  await answerAll(session, await judge(session, kept, sender, recipients));
}

/** An address that will get the message, or why it will not. */
type Recipient = { readonly address: string } | { readonly answer: string };

async function readRecipients(session: QmtpSession): Promise<Recipient[]> {
  const { input } = session;
  const allBytes = await input.length(lengthLimit);
  if (allBytes > maxRecipientBytes) throw new TooLong('too many recipients');
  const end = input.taken + allBytes;
  const recipients: Recipient[] = [];
  while (input.taken < end) {
    const bytes = await input.length(lengthLimit, end);
    if (input.taken + bytes >= end) throw new BadNetstring('a recipient reaches beyond the list');
    recipients.push(recipientFrom(session, await readAddress(input, bytes)));
    await input.comma();
  }
  return recipients;
}

function recipientFrom({ client, control }: QmtpSession, address: string | undefined): Recipient {
  const suffix = client.relayClient ?? '';
  if (!address || address.length + suffix.length > maxAddressBytes) return { answer: badRecipient };
  if (client.relayClient !== undefined) return { address: address + suffix };
  return isRcptHost(control, address) ? { address } : { answer: notMine };
}

async function judge(
  session: QmtpSession,
  kept: Kept,
  sender: string | undefined,
  recipients: readonly Recipient[],
): Promise<string[]> {
  const wanted = recipients.flatMap(recipient => ('address' in recipient ? [recipient.address] : []));
  let answer = '';
  if ('answer' in kept) answer = kept.answer;
  else if (sender === undefined) answer = badSender;
  else if (wanted.length > 0) answer = await queueKept(session, kept, { sender, recipients: wanted });
  return recipients.map(recipient => ('address' in recipient ? answer : recipient.answer));
}
