// One QMQP client (qmail-qmqpd): one netstring contains a message, its sender and its recipients, and one reply is for all of
// them. There is no relay check: every client that may connect may send anywhere.
// Invariant: the reply is K only when the queue says that the message is safe on disk.
import { BadNetstring, TooLong } from '../../lib/net/netstring.ts';
import { createRecipientList, type RecipientList } from '../recipient-list.ts';
import {
  answerAll,
  exitCodeOf,
  type Kept,
  keepMessage,
  lengthLimit,
  noMemory,
  type PackageSession,
  queueKept,
  readAddress,
} from './package-session.ts';

/** All recipients of a message are held in memory. */
const maxRecipientBytes = 32 * 1024 * 1024;

const badAddress = "Dsorry, I can't accept addresses like that (#5.1.3)";

/** Reads one package and replies. @returns 0; 100: the client does not speak QMQP; 111: a problem here, or a limit */
export function serveQmqp(session: PackageSession): Promise<number> {
  return exitCodeOf(() => takePackage(session));
}

async function takePackage(session: PackageSession): Promise<void> {
  const { input, client, memory } = session;
  const end = (await input.length(lengthLimit)) + input.taken;
  await using kept = await keepMessage(session, 'QMQP', await innerLength(session, end), client.dataBytes ?? 0);
  await input.comma();
  const sender = await readInner(session, end);
  const recipients = createRecipientList(memory, maxRecipientBytes);
  try {
    const wrong = await readRecipients(session, recipients, end);
    await input.comma();
    const answer = sender === undefined ? badAddress : (wrong ?? (await judge(session, kept, sender, recipients)));
    await answerAll(session, 1, () => answer);
  } finally {
    recipients.release();
  }
}

/** Reads them, or skips them. @returns the reply if they cannot be accepted */
async function readRecipients(
  session: PackageSession,
  recipients: RecipientList,
  end: number,
): Promise<string | undefined> {
  const { input } = session;
  if (end - input.taken > maxRecipientBytes) throw new TooLong('too many recipients');
  let wrong: string | undefined;
  while (input.taken < end && wrong === undefined) {
    const recipient = await readInner(session, end);
    const added = recipient ? recipients.add(recipient, 0) : 'bad';
    if (added === 'tooMany') throw new TooLong('too many recipients');
    if (added === 'bad') wrong = badAddress;
    if (added === 'noMemory') wrong = noMemory;
  }
  // One reply is for all, so what follows the first bad recipient does not matter.
  await input.skip(end - input.taken);
  return wrong;
}

/** The length of a netstring that ends, with its comma, within the outer one. */
async function innerLength({ input }: PackageSession, end: number): Promise<number> {
  const bytes = await input.length(lengthLimit, end);
  if (input.taken + bytes >= end) throw new BadNetstring('a netstring reaches beyond the one that it is in');
  return bytes;
}

async function readInner(session: PackageSession, end: number): Promise<string | undefined> {
  const address = await readAddress(session.input, await innerLength(session, end));
  await session.input.comma();
  return address;
}

async function judge(session: PackageSession, kept: Kept, sender: string, recipients: RecipientList): Promise<string> {
  return 'answer' in kept ? kept.answer : queueKept(session, kept, { sender, recipients: recipients.addresses() });
}
