// The start of an SMTP dialogue: the greeting, EHLO (HELO for a server that does not know it), and what the server offers.
import type { Channel } from './channel.ts';
import type { SmtpReply } from './smtp-reply.ts';

/** The reply to EHLO: upper-case keyword → its parameters as they were sent. */
export type Extensions = ReadonlyMap<string, string>;

/** The server waits for MAIL; or it refused the connection, or the name, with this reply. */
export type Greeted =
  | { readonly kind: 'ready'; readonly extensions: Extensions }
  | { readonly kind: 'not-greeted'; readonly reply: SmtpReply }
  | { readonly kind: 'name-rejected'; readonly reply: SmtpReply };

/** Reads the greeting and introduces this host. @throws ConnectionDied */
export async function greetServer(channel: Channel, heloHost: string): Promise<Greeted> {
  const greeting = await channel.reply();
  if (greeting.code !== 220) return { kind: 'not-greeted', reply: greeting };
  return introduceTo(channel, heloHost);
}

/** Introduces this host, as after a greeting or when TLS has started. @throws ConnectionDied */
export async function introduceTo(
  channel: Channel,
  heloHost: string,
): Promise<Exclude<Greeted, { kind: 'not-greeted' }>> {
  const hello = await sayHello(channel, heloHost);
  if (hello.code !== 250) return { kind: 'name-rejected', reply: hello };
  return { kind: 'ready', extensions: parseExtensions(hello) };
}

async function sayHello(channel: Channel, heloHost: string): Promise<SmtpReply> {
  await channel.write(`EHLO ${heloHost}\r\n`);
  const reply = await channel.reply();
  if (reply.code === 250) return reply;
  await channel.write(`HELO ${heloHost}\r\n`);
  return channel.reply();
}

function parseExtensions(hello: SmtpReply): Extensions {
  return new Map(
    hello.lines.slice(1).map(line => {
      const [keyword = '', ...parameters] = line.trim().split(/ +/);
      return [keyword.toUpperCase(), parameters.join(' ')];
    }),
  );
}
