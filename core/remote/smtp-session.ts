// The beginning of an SMTP dialogue: greeting, EHLO (HELO for a server that does not know it), and what the server can do.
import type { Channel } from '../conversation/channel.ts';
import type { SmtpReply } from '../conversation/smtp-reply.ts';
import { type MessageReport, refusedMessage } from './remote-report.ts';

/** Who talks to whom: the name that we give, and the server's address for the reports. */
export interface Peers {
  readonly heloHost: string;
  readonly ip: string;
}

/** A server that knows our name and waits for MAIL. */
export interface SmtpSession {
  readonly channel: Channel;
  readonly ip: string;
  /** What EHLO answered: upper-case keyword → its parameters as they stand. */
  readonly extensions: ReadonlyMap<string, string>;
  /** Messages that the server took on this connection so far. */
  accepted: number;
}

/** Greets. The answer is a report when the server does not want us. @throws ConnectionDied */
export async function openSession(channel: Channel, { heloHost, ip }: Peers): Promise<SmtpSession | MessageReport> {
  const greeting = await channel.reply();
  if (greeting.code !== 220) return temporary(`Connected to ${ip} but greeting failed.`, greeting);
  const hello = await introduce(channel, heloHost);
  if (hello.code !== 250) return temporary(`Connected to ${ip} but my name was rejected.`, hello);
  return { channel, ip, extensions: parseExtensions(hello), accepted: 0 };
}

async function introduce(channel: Channel, heloHost: string): Promise<SmtpReply> {
  await channel.write(`EHLO ${heloHost}\r\n`);
  const reply = await channel.reply();
  if (reply.code === 250) return reply;
  await channel.write(`HELO ${heloHost}\r\n`);
  return channel.reply();
}

function parseExtensions(hello: SmtpReply): ReadonlyMap<string, string> {
  return new Map(
    hello.lines.slice(1).map(line => {
      const [keyword = '', ...parameters] = line.trim().split(/ +/);
      return [keyword.toUpperCase(), parameters.join(' ')];
    }),
  );
}

function temporary(what: string, reply: SmtpReply): MessageReport {
  return { ...refusedMessage(what, reply), letter: 'Z', elsewhere: true };
}
