// An SMTP connection that is ready for messages, or why the server does not want any.
import type { Channel } from '../conversation/channel.ts';
import { type Extensions, greetServer } from '../conversation/smtp-greeting.ts';
import type { SmtpReply } from '../conversation/smtp-reply.ts';
import { type MessageReport, refusedMessage } from './outcome-of-replies.ts';

/** The name that this host gives, and the server's address for reports. */
export interface Peers {
  readonly heloHost: string;
  readonly ip: string;
}

/** A connection on which EHLO or HELO has succeeded, and MAIL is next. */
export interface SmtpSession {
  readonly channel: Channel;
  readonly ip: string;
  readonly extensions: Extensions;
  /** How many messages the server has accepted on this connection. */
  accepted: number;
}

/** Greets. The answer is a report when the server does not want us. @throws ConnectionDied */
export async function openSession(channel: Channel, { heloHost, ip }: Peers): Promise<SmtpSession | MessageReport> {
  const greeted = await greetServer(channel, heloHost);
  if (greeted.kind === 'not-greeted') return temporary(`Connected to ${ip} but greeting failed.`, greeted.reply);
  if (greeted.kind === 'name-rejected') return temporary(`Connected to ${ip} but my name was rejected.`, greeted.reply);
  return { channel, ip, extensions: greeted.extensions, accepted: 0 };
}

function temporary(what: string, reply: SmtpReply): MessageReport {
  return { ...refusedMessage(what, reply), letter: 'Z', elsewhere: true };
}
