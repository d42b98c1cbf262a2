// An SMTP connection that is ready for messages, or why the server does not want any.
import type { Channel } from '../conversation/channel.ts';
import { type Extensions, greetServer } from '../conversation/smtp-greeting.ts';
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
  readonly extensions: Extensions;
  /** Messages that the server took on this connection so far. */
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
