// serialsmtp: sends a list of messages over one SMTP conversation. With PIPELINING (RFC 2920) a message costs one round
// trip: its final dot and all commands of the next message go out together.
import type { Channel } from '../../conversation/channel.ts';
import { createDotEncoder } from '../../conversation/dot-encoder.ts';
import { greetServer, introduceTo } from '../../conversation/smtp-greeting.ts';
import type { SmtpReply } from '../../conversation/smtp-reply.ts';
import { quoteAddress } from '../../message/address.ts';
import {
  lookingAhead,
  type MessageList,
  type ReportResult,
  SerialEnd,
  type SerialResult,
  serialEndFor,
  violation,
} from './send-list.ts';
import { badForSmtp, sendable } from './sendable.ts';
import type { SerialMessage } from './serial-message.ts';

/** The two hosts, and their connection. */
export interface SmtpPeers {
  readonly heloHost: string;
  /** The server's address for the results, if it is known. */
  readonly ip: string | undefined;
  /** The replies come from a file, all at once. A server's reply to a command that was not sent yet is an error. */
  readonly recorded?: boolean;
  /** TLS has started: the server has greeted us before, and EHLO is said again. */
  readonly isGreeted?: boolean;
}

/**
 * Sends the list, and closes the conversation. A result is reported as soon as it is certain which message it belongs to.
 * @throws SerialEnd when the conversation ended first: a message without a result may or may not have been sent
 */
export async function sendListBySmtp(
  channel: Channel,
  peers: SmtpPeers,
  list: MessageList,
  report: ReportResult,
): Promise<void> {
  try {
    const sender = createSender(channel, {
      pipelining: await greet(channel, peers),
      recorded: peers.recorded ?? false,
      report: (name, reply) => report(name, resultOf(reply, peers.ip)),
    });
    const { saidQuit } = await sender.sendAll(sendable(list, badForSmtp, report));
    channel.close(saidQuit ? undefined : quit);
  } catch (error) {
    channel.close();
    throw serialEndFor(error);
  }
}

/** @returns whether the server offers PIPELINING */
async function greet(channel: Channel, { heloHost, isGreeted = false }: SmtpPeers): Promise<boolean> {
  const greeted = await (isGreeted ? introduceTo : greetServer)(channel, heloHost);
  if (greeted.kind === 'ready') return greeted.extensions.has('PIPELINING');
  if (Number.isNaN(greeted.reply.code)) throw new SerialEnd(violation);
  await channel.write(quit);
  const what = greeted.kind === 'not-greeted' ? 'greeting failed' : 'my name was rejected';
  throw new SerialEnd(`connected but ${what}`);
}

function resultOf({ code, text }: SmtpReply, ip: string | undefined): SerialResult {
  const lastLine = text.slice(text.lastIndexOf('\n', text.length - 2) + 1, -1);
  const status = code >= 500 ? 'D' : code >= 400 ? 'Z' : 'K';
  return { status, text: (ip === undefined ? '' : `${ip} said: `) + lastLine };
}

const [dotLine, reset, data, quit] = ['.\r\n', 'RSET\r\n', 'DATA\r\n', 'QUIT\r\n'];

interface SenderDeps {
  readonly pipelining: boolean;
  readonly recorded: boolean;
  readonly report: (name: string, reply: SmtpReply) => void;
}

/** The replies that were received, in the order of the commands; `broken`: why the others were not. */
interface Replies {
  readonly replies: readonly SmtpReply[];
  readonly broken?: unknown;
}

function createSender(channel: Channel, { pipelining, recorded, report }: SenderDeps) {
  /** The message of which all but the final dot is sent. */
  let open: string | undefined;
  let isFirst = true;

  /** After a reply to a command that was not sent yet, it is unknown which commands the next replies belong to. */
  function expectNone(): void {
    if (!recorded && channel.pending() !== undefined) throw new SerialEnd(violation);
  }

  async function write(bytes: string | Uint8Array): Promise<void> {
    expectNone();
    if (!(await channel.write(bytes))) throw new SerialEnd('network write error: connection closed');
  }

  /** Writes commands, all at once if the server allows it; otherwise each after the reply to the one before. */
  async function ask(commands: readonly string[]): Promise<Replies> {
    const replies: SmtpReply[] = [];
    try {
      if (pipelining) await write(commands.join(''));
      for (const [at, command] of commands.entries()) {
        if (!pipelining) await write(command);
        const reply = await channel.reply();
        if (Number.isNaN(reply.code)) throw new SerialEnd(violation);
        if (!pipelining || at === commands.length - 1) expectNone();
        replies.push(reply);
        if (!pipelining && isRefusal(reply)) break;
      }
      return { replies };
    } catch (broken) {
      return { replies, broken };
    }
  }

  /** @returns whether the server asked for the message */
  async function sendEnvelope({ name, sender, recipient }: SerialMessage): Promise<boolean> {
    const before = [...(open === undefined ? [] : [dotLine]), ...(isFirst ? [] : [reset])];
    const [from, to] = [quoteAddress(sender), quoteAddress(recipient)];
    const { replies, broken } = await ask([...before, `MAIL FROM:<${from}>\r\n`, `RCPT TO:<${to}>\r\n`, data]);
    const own = replies.slice(before.length);
    const resetReply = isFirst ? undefined : replies[before.length - 1];
    if (broken instanceof SerialEnd) throw broken;
    const accepted = acceptedOf(own);
    if ((resetReply && isRefusal(resetReply)) || !isInOrder(accepted)) throw new SerialEnd(violation);
    // All replies up to here are in order: the first one is the reply to the dot.
    if (open !== undefined && replies[0]) report(open, replies[0]);
    open = undefined;
    isFirst = false;
    const refusal = own[accepted.length];
    if (refusal) report(name, refusal);
    // A server that refuses the sender or the recipient cannot accept what follows.
    if (!own.slice(accepted.length).every(isRefusal)) throw new SerialEnd(violation);
    if (broken !== undefined) throw broken;
    return refusal === undefined;
  }

  async function sendBody(message: SerialMessage): Promise<void> {
    const encoder = createDotEncoder();
    for await (const piece of message.pieces()) await write(encoder.push(piece));
    await write(encoder.end());
    open = message.name;
  }

  /** Ends the message that is open. */
  async function sendDot(together: readonly string[]): Promise<void> {
    const name = open;
    if (name === undefined) return;
    open = undefined;
    const { replies, broken } = await ask([dotLine, ...together]);
    const [reply, farewell] = replies;
    if (broken instanceof SerialEnd) throw broken;
    if (farewell && farewell.code !== 221) throw new SerialEnd(violation);
    if (reply) report(name, reply);
    else throw broken;
  }

  return {
    /** @throws SerialEnd also when all others were sent and a message cannot be: its last line has no end */
    async sendAll(list: MessageList): Promise<{ readonly saidQuit: boolean }> {
      let unsendable = false;
      for await (const { message, isNextHere } of lookingAhead(list)) {
        if (!message.complete) unsendable = true;
        else if (await sendEnvelope(message)) await sendBody(message);
        if (!pipelining || !(await isNextHere())) await sendDot([]);
      }
      const saidQuit = open !== undefined && !recorded;
      await sendDot(saidQuit ? [quit] : []);
      if (unsendable) throw new SerialEnd('SMTP cannot transfer messages with partial final lines');
      return { saidQuit };
    },
  };
}

/** The replies to MAIL, RCPT and DATA before the first refusal. */
function acceptedOf(replies: readonly SmtpReply[]): readonly SmtpReply[] {
  const refused = replies.findIndex(isRefusal);
  return refused < 0 ? replies : replies.slice(0, refused);
}

/** Only DATA is answered with 354, and with nothing else. */
function isInOrder(accepted: readonly SmtpReply[]): boolean {
  return accepted.every(({ code }, at) => (code === 354) === (at === 2));
}

function isRefusal({ code }: SmtpReply): boolean {
  return code >= 400;
}
