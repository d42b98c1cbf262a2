// Sends one message to any number of recipients (qmail-remote's smtp), with a result for each, in as few round trips as the server
// allows: MAIL, RCPT and DATA are sent together if PIPELINING is offered, and a small message is sent with its final dot in one write;
// with CHUNKING (RFC 3030) it is sent with them, in one round trip.
import { ConnectionDied } from '../../conversation/channel.ts';
import type { SmtpReply } from '../../conversation/smtp-reply.ts';
import { formatMailDsn, formatRcptDsn } from '../../message/dsn-parameters.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import { authParameter } from '../login/smtp-auth.ts';
import {
  connectionBroken,
  elsewhere,
  givingUp,
  isPositive,
  type MessageReport,
  type RecipientReport,
  type Reports,
  recipientReport,
  refused,
  refusedMessage,
  remoteSaid,
  replyFields,
  withStatus,
} from '../outcome-of-replies.ts';
import type { WireMessage } from '../shared-messages.ts';
import { isAscii, smtpAddress } from './address.ts';
import { fitMessage, fitsAsItIs } from './fit-message.ts';
import type { SmtpSession } from './session.ts';

/** The result of sending a message. */
export interface Sent extends Reports {
  /** The server asked for the message (354). If not, it cannot have accepted it, whatever else went wrong. */
  readonly invited: boolean;
  /** The server has offered CHUNKING and does not know BDAT. */
  readonly chunkRefused: boolean;
  /** Set if everything was accepted: the connection is still open, and can be used for another message. */
  readonly session?: SmtpSession;
}

interface Dialogue {
  readonly session: SmtpSession;
  /** As this server can take it. */
  message: WireMessage;
  readonly envelope: Envelope;
  /** The reports for the replies to RCPT so far. */
  readonly recipients: RecipientReport[];
  /** The whole message, to be sent with the envelope; undefined: it is sent after DATA. */
  chunk: Buffer | undefined;
  chunkRefused: boolean;
  invited: boolean;
  /** The server would take QUIT for part of the message. */
  inData: boolean;
  finalDotSent: boolean;
}

/** Sends one message. The connection is closed unless everything was accepted. Never throws. */
export async function sendMessage(
  session: SmtpSession,
  message: WireMessage,
  envelope: Envelope,
  chunking: 'chunking' | 'no chunking' = 'chunking',
): Promise<Sent> {
  const { extensions } = session;
  const chunks = chunking === 'chunking' && extensions.has('CHUNKING') && extensions.has('PIPELINING');
  const chunk = chunks && fitsAsItIs(message, extensions) ? message.chunk?.() : undefined;
  const progress = { chunk, chunkRefused: false, invited: false, inData: false, finalDotSent: false };
  const dialogue: Dialogue = { session, message, envelope, recipients: [], ...progress };
  const report = await talk(dialogue).catch(error => connectionBroken(session.ip, error, dialogue.finalDotSent));
  const { recipients, invited, inData, chunkRefused } = dialogue;
  if (report.letter === 'K' && recipients.every(({ letter }) => letter === 'r') && session.channel.quiet) {
    session.accepted++;
    return { recipients, message: report, invited, chunkRefused, session };
  }
  session.channel.close(inData ? undefined : 'QUIT\r\n');
  const died = !invited && report.reply === undefined && report.letter === 'Z';
  return { recipients, message: died ? elsewhere(report) : report, invited, chunkRefused };
}

async function talk(dialogue: Dialogue): Promise<MessageReport> {
  const { session } = dialogue;
  const fit = await fitMessage(dialogue.message, session.extensions, session.ip);
  if ('letter' in fit) return fit;
  dialogue.message = fit;
  const { wireBytes } = fit.facts;
  const limit = Number(session.extensions.get('SIZE') ?? 0);
  if (limit > 0 && wireBytes > limit) {
    const words = `Connected to ${session.ip} but message is too big: ${wireBytes} bytes, limit ${limit}.`;
    return refused(words, '5.3.4');
  }
  return (await sendEnvelope(dialogue)) ?? (await (dialogue.chunk ? endChunk(dialogue) : sendBody(dialogue)));
}

/**
 * MAIL, RCPT, DATA; or BDAT and the message. @returns a report if the transaction ends here; undefined: the server waits for the
 * message, or has it
 */
async function sendEnvelope(dialogue: Dialogue): Promise<MessageReport | undefined> {
  const { recipients, envelope } = dialogue;
  const { channel, ip, extensions } = dialogue.session;
  const pipelining = extensions.has('PIPELINING');
  const [sender, ...wire] = [envelope.sender, ...envelope.recipients].map(address =>
    smtpAddress(address, extensions.has('SMTPUTF8')),
  );
  if (sender === undefined) return refused(`Connected to ${ip} but ${asciiOnly}`, noUtf8);
  const commands = envelopeCommands(dialogue, sender, wire);
  let asked = 0;
  if (wire.every(address => address === undefined)) {
    recipients.push(...wire.map(() => notAscii(ip)));
    return givingUp(ip);
  }
  const { chunk } = dialogue;
  const allCommands = commands.join('');
  if (pipelining) {
    // The server may have the message, whatever becomes of its replies. A connection that was idle has most likely just been closed.
    if (chunk && dialogue.session.accepted === 0) messageIsSent(dialogue);
    await channel.write(chunk ? Buffer.concat([Buffer.from(allCommands, 'latin1'), chunk]) : allCommands);
  }

  async function ask(): Promise<SmtpReply> {
    if (!pipelining) await channel.write(commands[asked] as string);
    asked++;
    return channel.reply();
  }
  /** Reads the replies to all commands that were sent ahead before QUIT, because one of them may be 354. */
  async function giveUp(report: MessageReport): Promise<MessageReport> {
    if (!pipelining) return report;
    dialogue.invited = false;
    dialogue.inData = true;
    let anybody = recipients.some(({ letter }) => letter === 'r');
    let last: SmtpReply | undefined;
    while (asked < commands.length) {
      last = await ask().catch(() => undefined);
      if (last && asked < commands.length) anybody ||= isPositive(last);
    }
    if (last?.code === 354 && !anybody) await endEmpty();
    else dialogue.inData = last?.code === 354;
    return report;
  }
  /** A server that replies 354 although it accepted no recipient gets a single dot (RFC 2920 section 3.1). */
  async function endEmpty(): Promise<void> {
    await channel.write('.\r\n');
    await channel.reply().catch(() => undefined);
    dialogue.inData = false;
  }

  const mail = await ask();
  if (!isPositive(mail)) {
    const report = refusedMessage(`Connected to ${ip} but sender was rejected.`, mail);
    if (wantsTls(dialogue.session, mail)) return giveUp({ ...report, letter: 'Z' });
    return giveUp(mail.code === 421 ? elsewhere(report) : report);
  }
  if (chunk) messageIsSent(dialogue);
  for (const address of wire) {
    recipients.push(address === undefined ? notAscii(ip) : recipientReport(ip, await ask()));
  }
  if (recipients.every(({ letter }) => letter !== 'r')) {
    return giveUp(givingUp(ip));
  }
  if (chunk) return undefined;
  const data = await ask();
  return data.code === 354 ? undefined : refusedMessage(`${ip} failed on DATA command.`, data);
}

function messageIsSent(dialogue: Dialogue): void {
  dialogue.invited = true;
  dialogue.finalDotSent = true;
}

/** RFC 3207 section 4: TLS was offered, did not come about, and the server insists. The next try may have it. */
function wantsTls({ tls, extensions }: SmtpSession, { code }: SmtpReply): boolean {
  return code === 530 && !tls && extensions.has('STARTTLS');
}

const asciiOnly = 'it takes no names with other letters than ASCII.';
const noUtf8 = '5.6.7';

function notAscii(ip: string): RecipientReport {
  return { letter: 'h', text: withStatus(`${ip} does not like recipient: ${asciiOnly}`, noUtf8), status: noUtf8 };
}

function envelopeCommands(
  { session: { extensions, user }, message: { facts, utf8Address }, envelope, chunk }: Dialogue,
  sender: string,
  recipients: readonly (string | undefined)[],
): string[] {
  const dsn = extensions.has('DSN') ? envelope.dsn : undefined;
  const parameters = [
    extensions.has('SIZE') ? ` SIZE=${facts.wireBytes}` : '',
    extensions.has('8BITMIME') && facts.eightBit ? ' BODY=8BITMIME' : '',
    extensions.has('SMTPUTF8') && (utf8Address || ![envelope.sender, ...envelope.recipients].every(isAscii))
      ? ' SMTPUTF8'
      : '',
    user === undefined ? '' : authParameter(user),
    dsn ? formatMailDsn(dsn) : '',
  ];
  return [
    `MAIL FROM:<${sender}>${parameters.join('')}\r\n`,
    ...recipients.flatMap((recipient, at) =>
      recipient === undefined ? [] : [`RCPT TO:<${recipient}>${formatRcptDsn(dsn?.recipients[at] ?? {})}\r\n`],
    ),
    chunk ? `BDAT ${chunk.length} LAST\r\n` : 'DATA\r\n',
  ];
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
    // A server that replies before the end has decided: sending the rest of the message would be a waste.
    const early = channel.pending();
    if (early) return refusedMessage(failed, early);
    if (!alive) throw new ConnectionDied('while sending the message');
  }
  const final = await channel.reply();
  dialogue.inData = false;
  return finalReport(ip, final);
}

/** The reply to BDAT. */
async function endChunk(dialogue: Dialogue): Promise<MessageReport> {
  const { channel, ip } = dialogue.session;
  const final = await channel.reply();
  if (final.code >= 500 && final.code <= 504) {
    // It may take the message for commands.
    dialogue.inData = true;
    dialogue.invited = false;
    dialogue.chunkRefused = true;
  }
  return finalReport(ip, final);
}

function finalReport(ip: string, final: SmtpReply): MessageReport {
  if (!isPositive(final)) return refusedMessage(`${ip} failed after I sent the message.`, final);
  return { letter: 'K', text: `${ip} accepted message.\n${remoteSaid(final)}`, reply: replyFields(final) };
}
