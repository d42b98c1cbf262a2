// The SMTP commands as a table (qmail-smtpd): each takes the session and its argument, changes the session and returns a reply.
// DATA only checks here; messages.ts reads the message.
import type { Control } from '../../control/control.ts';
import { isRcptHost } from '../../control/rcpthosts.ts';
import type { Client } from '../../listen/client.ts';
import type { ClientMemory } from '../../listen/client-memory.ts';
import { readMailDsn, readRcptDsn } from '../../message/dsn-parameters.ts';
import { parsePath } from '../../message/smtp-path.ts';
import type { MessageDsn } from '../../paper-path/dsn.ts';
import type { Envelope } from '../../paper-path/shapes.ts';
import { isBadMailFrom } from '../badmailfrom.ts';
import { createRecipientList, mostRecipients, type RecipientList } from '../recipient-list.ts';
import { announcedSize, replaceLocalLiteral } from './address.ts';
import { noMemory, type Reply, tooBig } from './replies.ts';

/** The state of one client's session. Addresses and names are byte strings. */
export interface SmtpdSession {
  /** The configuration as it was when the client connected. */
  readonly control: Control;
  readonly ownAddresses: ReadonlySet<string>;
  /** Set: the client may send to any domain, and this is appended to each recipient. */
  relayClient: string | undefined;
  /** What EHLO offers in addition to what it always does. */
  extensions: readonly string[];
  /** What the client says of notices (RFC 3461) is kept; otherwise its parameters are ignored, as those of any extension. */
  readonly keepsDsn: boolean;
  /** The largest message, 0: no limit. */
  readonly dataBytes: number;
  /** What the client called itself in HELO or EHLO. */
  helo: string | undefined;
  /** The sender; undefined: no MAIL yet. */
  sender: string | undefined;
  /** What MAIL said of notices; undefined: nothing. */
  dsn: MessageDsn | undefined;
  recipients: RecipientList;
  /** This machine, or a client that may relay. */
  readonly trusted: boolean;
  readonly memory: ClientMemory;
}

/** The client of a session, and its part of the shared memory. */
export interface SessionWith {
  readonly keepsDsn?: boolean | undefined;
  readonly client: Client;
  readonly trusted: boolean;
  readonly memory: ClientMemory;
}

/** A session before the first command. */
export function newSmtpdSession(
  control: Control,
  ownAddresses: ReadonlySet<string>,
  { client, trusted, memory, keepsDsn = false }: SessionWith,
): SmtpdSession {
  const { relayClient, dataBytes = control.dataBytes } = client;
  const idle = {
    helo: undefined,
    sender: undefined,
    dsn: undefined,
    keepsDsn,
    recipients: createRecipientList(memory),
  };
  return { control, ownAddresses, relayClient, dataBytes, extensions: [], trusted, memory, ...idle };
}

/** Forgets all that the client said, as after STARTTLS (RFC 3207). */
export function forgetClient(session: SmtpdSession): void {
  forget(session);
  session.helo = undefined;
}

/** Ends the transaction and returns what it had collected; the caller releases the recipients. */
export function takeTransaction(session: SmtpdSession): { envelope: Envelope; recipients: RecipientList } {
  const { sender = '', recipients, dsn } = session;
  session.sender = undefined;
  session.dsn = undefined;
  session.recipients = createRecipientList(session.memory);
  const wishes = recipients.wishes();
  const asked = dsn || wishes ? { ...dsn, recipients: wishes ?? [] } : undefined;
  return { envelope: { sender, recipients: recipients.addresses(), ...(asked && { dsn: asked }) }, recipients };
}

/** @throws UserError when a file that it needs cannot be read */
export type Command = (session: SmtpdSession, argument: string) => Reply;

/** By lower-case verb. */
export const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['helo', helo],
  ['ehlo', ehlo],
  ['mail', mail],
  ['rcpt', rcpt],
  ['data', data],
  ['rset', rset],
  ['noop', () => ok],
  ['vrfy', () => reply(252, "send some mail, i'll try my best")],
  ['help', () => reply(214, 'this is Waypost; see RFC 5321 and https://cr.yp.to/proto/smtp.html')],
  ['quit', session => reply(221, session.control.smtpGreeting)],
]);

const ok = reply(250, 'ok');
const syntaxError = reply(555, 'syntax error (#5.5.4)');
const mailFirst = reply(503, 'MAIL first (#5.5.1)');
const emptyAddress = reply(501, 'the address is empty: a recipient is needed (#5.1.3)');
const badSender = reply(553, 'sorry, your envelope sender is in my badmailfrom list (#5.7.1)');
const notMine = reply(553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)");
const nothingSaid = { ok: true, value: {} } as const;
const tooManyRecipients = reply(452, 'too many recipients (#4.5.3)');

/** Splits a line into its lower-case verb and the rest; a NUL ends the line, as in qmail. */
export function parseCommand(line: Buffer): { verb: string; argument: string } {
  const nul = line.indexOf(0);
  const text = line.toString('latin1', 0, nul < 0 ? line.length : nul);
  const space = text.indexOf(' ');
  if (space < 0) return { verb: text.toLowerCase(), argument: '' };
  return { verb: text.slice(0, space).toLowerCase(), argument: text.slice(space).replace(/^ +/, '') };
}

function reply(code: number, text: string | readonly string[]): Reply {
  return { code, text };
}

function badParameter(why: string): Reply {
  return reply(501, `${why} (#5.5.4)`);
}

/** Undefined: there was no such parameter. */
function ifSaid<Said extends object>(said: Said): Said | undefined {
  return Object.keys(said).length > 0 ? said : undefined;
}

function forget(session: SmtpdSession): void {
  session.sender = undefined;
  session.dsn = undefined;
  session.recipients.release();
  session.recipients = createRecipientList(session.memory);
}

function helo(session: SmtpdSession, argument: string): Reply {
  forget(session);
  session.helo = argument;
  return reply(250, session.control.smtpGreeting);
}

function ehlo(session: SmtpdSession, argument: string): Reply {
  helo(session, argument);
  const size = session.dataBytes > 0 ? `SIZE ${session.dataBytes}` : 'SIZE';
  return reply(250, [
    session.control.smtpGreeting,
    'PIPELINING',
    'SMTPUTF8',
    size,
    ...session.extensions,
    ...(session.keepsDsn ? ['DSN'] : []),
    '8BITMIME',
  ]);
}

function rset(session: SmtpdSession): Reply {
  forget(session);
  return reply(250, 'flushed');
}

function mail(session: SmtpdSession, argument: string): Reply {
  const path = parsePath(argument);
  if (!path) return syntaxError;
  const limit = session.dataBytes;
  // Refused here, before the client spends its link on the message.
  if (limit > 0 && (announcedSize(path.parameters) ?? 0) > limit) return tooBig;
  const dsn = session.keepsDsn ? readMailDsn(path.parameters) : nothingSaid;
  if (!dsn.ok) return badParameter(dsn.why);
  forget(session);
  session.dsn = ifSaid(dsn.value);
  session.sender = replaceLocalLiteral(path.address, session.ownAddresses, session.control.localIpHost);
  return ok;
}

function rcpt(session: SmtpdSession, argument: string): Reply {
  if (session.sender === undefined) return mailFirst;
  const path = parsePath(argument);
  if (!path) return syntaxError;
  if (path.address === '') return emptyAddress;
  const wish = session.keepsDsn ? readRcptDsn(path.parameters) : nothingSaid;
  if (!wish.ok) return badParameter(wish.why);
  const recipient = replaceLocalLiteral(path.address, session.ownAddresses, session.control.localIpHost);
  if (isBadMailFrom(session.control, session.sender)) return badSender;
  if (session.relayClient === undefined && !isRcptHost(session.control, recipient)) return notMine;
  const trusted = session.trusted || session.relayClient !== undefined;
  const most = mostRecipients(session.control, trusted);
  const added = session.recipients.add(recipient + (session.relayClient ?? ''), most, ifSaid(wish.value));
  if (added === 'tooMany') return tooManyRecipients;
  return added === 'noMemory' ? noMemory : ok;
}

function data(session: SmtpdSession): Reply {
  if (session.sender === undefined) return mailFirst;
  if (session.recipients.isEmpty) return reply(503, 'RCPT first (#5.5.1)');
  return reply(354, 'go ahead');
}
