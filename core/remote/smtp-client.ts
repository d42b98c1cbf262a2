// Sends one message to any number of recipients (qmail-remote's smtp), with a result for each. Costs the fewest round
// trips that the server allows: MAIL, RCPT and DATA go together where PIPELINING is offered, and a small message goes
// with its final dot in one write.
import type { Envelope } from '../lib/paper-path.ts';
import { quoteAddress } from '../message/address.ts';
import { type Channel, ConnectionDied } from './channel.ts';
import {
  isPositive,
  type MessageReport,
  putOff,
  type RecipientReport,
  type Reports,
  recipientReport,
  refused,
  refusedMessage,
  remoteSaid,
  unreadable,
} from './report.ts';
import type { WireMessage } from './shared-messages.ts';
import type { SmtpReply } from './smtp-reply.ts';
import { openSession, type Peers, type SmtpSession } from './smtp-session.ts';

/** What became of a message. */
export interface Sent extends Reports {
  /** The server asked for the message's bytes (354). If not, it cannot have taken it, whatever else went wrong. */
  readonly invited: boolean;
  /** Set when everything was accepted: the connection is still open, and good for another message. */
  readonly session?: SmtpSession;
}

interface Dialogue {
  readonly session: SmtpSession;
  readonly message: WireMessage;
  readonly envelope: Envelope;
  /** Grows as the answers to RCPT come in. */
  readonly recipients: RecipientReport[];
  invited: boolean;
  /** What we write now would be taken for the message: there is no way to say QUIT. */
  inData: boolean;
  finalDotSent: boolean;
}

/** Greets a server that was just connected to, and sends as `sendMessage` does. Never throws. */
export async function sendFirst(
  channel: Channel,
  peers: Peers,
  message: WireMessage,
  envelope: Envelope,
): Promise<Sent> {
  const session = await openSession(channel, peers).catch(error => broken(peers.ip, error));
  if ('channel' in session) return sendMessage(session, message, envelope);
  channel.close('QUIT\r\n');
  return { recipients: [], message: session, invited: false };
}

/** Sends one message. The connection is closed unless all went well. Never throws. */
export async function sendMessage(session: SmtpSession, message: WireMessage, envelope: Envelope): Promise<Sent> {
  const progress = { invited: false, inData: false, finalDotSent: false };
  const dialogue: Dialogue = { session, message, envelope, recipients: [], ...progress };
  const report = await talk(dialogue).catch(error => broken(session.ip, error, dialogue.finalDotSent));
  const { recipients, invited, inData } = dialogue;
  if (report.letter === 'K' && recipients.every(({ letter }) => letter === 'r') && session.channel.quiet) {
    session.accepted++;
    return { recipients, message: report, invited, session };
  }
  session.channel.close(inData ? undefined : 'QUIT\r\n');
  return { recipients, message: report, invited };
}

async function talk(dialogue: Dialogue): Promise<MessageReport> {
  const { session, message } = dialogue;
  const { wireBytes } = message.facts;
  const limit = Number(session.extensions.get('SIZE') ?? 0);
  if (limit > 0 && wireBytes > limit) {
    const text = `Connected to ${session.ip} but message is too big: ${wireBytes} bytes, limit ${limit}. (#5.3.4)\n`;
    return refused(text);
  }
  return (await sendEnvelope(dialogue)) ?? (await sendBody(dialogue));
}

/** MAIL, RCPT, DATA. Answers a report when it ends here; undefined: the server waits for the message. */
async function sendEnvelope(dialogue: Dialogue): Promise<MessageReport | undefined> {
  const { recipients, envelope } = dialogue;
  const { channel, ip, extensions } = dialogue.session;
  const pipelining = extensions.has('PIPELINING');
  const commands = envelopeCommands(dialogue);
  let asked = 0;
  if (pipelining) await channel.write(commands.join(''));

  async function ask(): Promise<SmtpReply> {
    if (!pipelining) await channel.write(commands[asked] as string);
    asked++;
    return channel.reply();
  }
  /** The answers to what was sent ahead are read before QUIT: one of them could be an invitation to send. */
  async function giveUp(report: MessageReport): Promise<MessageReport> {
    dialogue.inData = pipelining;
    while (pipelining && asked < commands.length) dialogue.inData = (await ask().catch(() => undefined))?.code === 354;
    return report;
  }

  const mail = await ask();
  if (!isPositive(mail)) return giveUp(refusedMessage(`Connected to ${ip} but sender was rejected.`, mail));
  for (const _ of envelope.recipients) recipients.push(recipientReport(ip, await ask()));
  if (recipients.every(({ letter }) => letter !== 'r')) {
    return giveUp(refused(`Giving up on ${ip}.\n`));
  }
  const data = await ask();
  return data.code === 354 ? undefined : refusedMessage(`${ip} failed on DATA command.`, data);
}

function envelopeCommands({ session: { extensions }, message: { facts }, envelope }: Dialogue): string[] {
  const parameters = [
    extensions.has('SIZE') ? ` SIZE=${facts.wireBytes}` : '',
    extensions.has('8BITMIME') && facts.eightBit ? ' BODY=8BITMIME' : '',
    extensions.has('SMTPUTF8') && [envelope.sender, ...envelope.recipients].some(isUtf8) ? ' SMTPUTF8' : '',
  ];
  return [
    `MAIL FROM:<${quoteAddress(envelope.sender)}>${parameters.join('')}\r\n`,
    ...envelope.recipients.map(recipient => `RCPT TO:<${quoteAddress(recipient)}>\r\n`),
    'DATA\r\n',
  ];
}

function isUtf8(address: string): boolean {
  return /[\x80-\xff]/.test(address);
}

async function sendBody(dialogue: Dialogue): Promise<MessageReport> {
  const { channel, ip } = dialogue.session;
  dialogue.invited = true;
  dialogue.inData = true;
  const failed = `${ip} failed after I sent the message.`;
  for await (const { raw, isLast } of dialogue.message.pieces()) {
    dialogue.finalDotSent = isLast;
    const alive = await channel.write(raw);
    if (alive && isLast) break;
    // A server that answers before the end has made up its mind: the rest of the message would be wasted on it.
    const early = channel.pending();
    if (early) return refusedMessage(failed, early);
    if (!alive) throw new ConnectionDied('while sending the message');
  }
  const final = await channel.reply();
  dialogue.inData = false;
  if (!isPositive(final)) return refusedMessage(failed, final);
  return { letter: 'K', text: `${ip} accepted message.\n${remoteSaid(final)}` };
}

function broken(ip: string, error: unknown, finalDotSent = false): MessageReport {
  if (!(error instanceof ConnectionDied)) return unreadable;
  const duplicate = finalDotSent ? ' Possible duplicate!' : '';
  return putOff(`Connected to ${ip} but connection died.${duplicate} (#4.4.2)\n`);
}
