// Sends one message over one connection to any number of recipients (qmail-remote's smtp), with a result for each.
// Costs the fewest round trips that the server allows: MAIL, RCPT and DATA go together where PIPELINING is offered.
import type { Outcome } from '../lib/outcome.ts';
import type { Envelope } from '../lib/paper-path.ts';
import { quoteAddress } from '../message/address.ts';
import { type Channel, ConnectionDied } from './channel.ts';
import { type MessageFacts, wirePieces } from './message-file.ts';
import {
  combine,
  isPositive,
  type MessageReport,
  type RecipientReport,
  recipientReport,
  refusedMessage,
  remoteSaid,
} from './report.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** The message to send: its file with LF line ends, and what `inspectMessage` says of it. */
export interface OutgoingMessage {
  readonly path: string;
  readonly facts: MessageFacts;
  readonly envelope: Envelope;
}

/** Who talks to whom: the name that we give, and the server's address for the reports. */
export interface Peers {
  readonly heloHost: string;
  readonly ip: string;
}

interface Dialogue {
  readonly channel: Channel;
  readonly peers: Peers;
  readonly message: OutgoingMessage;
  /** Grows as the answers to RCPT come in. */
  readonly recipients: RecipientReport[];
  /** What we write now would be taken for the message: there is no way to say QUIT. */
  inData: boolean;
  finalDotSent: boolean;
}

/** Talks to the server, closes the channel, and answers one outcome for each recipient, in order. Never throws. */
export async function sendMessage(channel: Channel, peers: Peers, message: OutgoingMessage): Promise<Outcome[]> {
  const dialogue: Dialogue = { channel, peers, message, recipients: [], inData: false, finalDotSent: false };
  const report = await talk(dialogue).catch(error => broken(dialogue, error));
  channel.close(dialogue.inData ? undefined : 'QUIT\r\n');
  return message.envelope.recipients.map((_, at) => combine(dialogue.recipients[at], report));
}

async function talk(dialogue: Dialogue): Promise<MessageReport> {
  const { channel, peers, message } = dialogue;
  const greeting = await channel.reply();
  if (greeting.code !== 220) return temporary(`Connected to ${peers.ip} but greeting failed.`, greeting);
  const hello = await introduce(channel, peers.heloHost);
  if (hello.code !== 250) return temporary(`Connected to ${peers.ip} but my name was rejected.`, hello);
  const extensions = parseExtensions(hello);
  const { wireBytes } = message.facts;
  const limit = Number(extensions.get('SIZE') ?? 0);
  if (limit > 0 && wireBytes > limit) {
    const text = `Connected to ${peers.ip} but message is too big: ${wireBytes} bytes, limit ${limit}. (#5.3.4)\n`;
    return { letter: 'D', text };
  }
  return (await envelope(dialogue, extensions)) ?? (await body(dialogue));
}

/** EHLO, and HELO for a server that does not know it. */
async function introduce(channel: Channel, heloHost: string): Promise<SmtpReply> {
  await channel.write(`EHLO ${heloHost}\r\n`);
  const reply = await channel.reply();
  if (reply.code === 250) return reply;
  await channel.write(`HELO ${heloHost}\r\n`);
  return channel.reply();
}

/** Upper-case keyword → its parameters as they stand. */
function parseExtensions(hello: SmtpReply): ReadonlyMap<string, string> {
  return new Map(
    hello.lines.slice(1).map(line => {
      const [keyword = '', ...parameters] = line.trim().split(/ +/);
      return [keyword.toUpperCase(), parameters.join(' ')];
    }),
  );
}

/** MAIL, RCPT, DATA. Answers a report when it ends here; undefined: the server waits for the message. */
async function envelope(
  dialogue: Dialogue,
  extensions: ReadonlyMap<string, string>,
): Promise<MessageReport | undefined> {
  const { channel, recipients } = dialogue;
  const { ip } = dialogue.peers;
  const pipelining = extensions.has('PIPELINING');
  const commands = envelopeCommands(dialogue.message, extensions);
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
  for (const _ of dialogue.message.envelope.recipients) recipients.push(recipientReport(ip, await ask()));
  if (recipients.every(({ letter }) => letter !== 'r')) {
    return giveUp({ letter: 'D', text: `Giving up on ${ip}.\n` });
  }
  const data = await ask();
  return data.code === 354 ? undefined : refusedMessage(`${ip} failed on DATA command.`, data);
}

function envelopeCommands(message: OutgoingMessage, extensions: ReadonlyMap<string, string>): string[] {
  const { facts, envelope } = message;
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

async function body(dialogue: Dialogue): Promise<MessageReport> {
  const { channel, message } = dialogue;
  const { ip } = dialogue.peers;
  dialogue.inData = true;
  const failed = `${ip} failed after I sent the message.`;
  for await (const { raw, isLast } of wirePieces(message.path)) {
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

function temporary(what: string, reply: SmtpReply): MessageReport {
  return { letter: 'Z', text: `${what}\n${remoteSaid(reply)}` };
}

function broken({ peers, finalDotSent }: Dialogue, error: unknown): MessageReport {
  if (!(error instanceof ConnectionDied)) return { letter: 'Z', text: 'Unable to read message. (#4.3.0)\n' };
  const duplicate = finalDotSent ? ' Possible duplicate!' : '';
  return { letter: 'Z', text: `Connected to ${peers.ip} but connection died.${duplicate} (#4.4.2)\n` };
}
