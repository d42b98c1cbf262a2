// AUTH of SMTP (RFC 4954) on the side that connects: one login over a session that is within TLS.
import type { Channel } from '../../conversation/channel.ts';
import type { Extensions } from '../../conversation/smtp-greeting.ts';
import type { SmtpReply } from '../../conversation/smtp-reply.ts';
import { type LoginCarrier, type LoginEnd, type LoginReply, logIn } from '../../login/log-in.ts';
import type { Credential, Secret } from '../../login/secret.ts';

/** What a login over a connection needs. */
export interface SmtpLogin {
  readonly channel: Channel;
  readonly extensions: Extensions;
  readonly credential: Credential;
  readonly server: { readonly host: string; readonly port: number };
}

/** A command line may have 512 bytes (RFC 4954 section 4); this leaves room for the longest name of a mechanism. */
const longestInitial = 480;

/** Logs in; what the server replies is without the secret. @throws ConnectionDied */
export function authenticate({ channel, extensions, credential, server }: SmtpLogin): Promise<LoginEnd<SmtpReply>> {
  const offered = offeredMechanisms(extensions);
  return logIn(carrierOver(channel, credential.secret), { credential, offered, isEncrypted: true, server });
}

/** `AUTH PLAIN LOGIN`, and `AUTH=LOGIN` of servers before RFC 2554. */
export function offeredMechanisms(extensions: Extensions): readonly string[] {
  const old = [...extensions].find(([keyword]) => keyword.startsWith('AUTH='));
  const words = extensions.get('AUTH') ?? (old && `${old[0].slice(5)} ${old[1]}`) ?? '';
  return words.split(' ').filter(word => word !== '');
}

function carrierOver(channel: Channel, secret: Secret): LoginCarrier<SmtpReply> {
  async function ask(line: string): Promise<SmtpReply> {
    await channel.write(`${line}\r\n`);
    return channel.reply();
  }
  function read(reply: SmtpReply): LoginReply<SmtpReply> {
    if (reply.code === 334) return { kind: 'challenge', base64: reply.lines.join('\n').trim() };
    return { kind: reply.code === 235 ? 'success' : 'failure', reply: hidden(reply, secret) };
  }
  return {
    longestInitial,
    async start(mechanism, initial) {
      const reply = await ask(`AUTH ${mechanism}${initial === undefined ? '' : ` ${initial}`}`);
      return reply.code === 504 ? { kind: 'unknown', reply: hidden(reply, secret) } : read(reply);
    },
    respond: async base64 => read(await ask(base64)),
    cancel: () => ask('*'),
  };
}

function hidden(reply: SmtpReply, secret: Secret): SmtpReply {
  return { ...reply, text: secret.hideIn(reply.text), lines: reply.lines.map(secret.hideIn) };
}

/** The parameter of MAIL that says who submits the message: the user, if it is an address (RFC 4954 section 5). */
export function authParameter(user: string): string {
  return ` AUTH=${user.includes('@') && user.length < 400 ? xtext(user) : '<>'}`;
}

/** RFC 3461 section 4. */
function xtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, byte => `+${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
