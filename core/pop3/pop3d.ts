// POP3 after the login (qmail-pop3d): the commands of RFC 1939 as a table, for the messages of one Maildir.
import { createHash } from 'node:crypto';
import { createTimeSlice } from '../lib/time-slice.ts';
import type { Answer, PopConnection } from './connection.ts';
import type { DropMessage, Maildrop } from './maildrop.ts';
import { messagePieces } from './multiline.ts';
import { parseLine } from './popup.ts';

/** The session of one client. */
interface PopSession {
  readonly drop: Maildrop;
  /** The highest number that was marked for removal. */
  last: number;
  retrieved: number;
}

/** What a client did before QUIT. */
export interface SessionSummary {
  readonly retrieved: number;
  readonly deleted: number;
}

type Command = (session: PopSession, argument: string) => Answer | Promise<Answer>;

const syntaxError = '-ERR syntax error';

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['stat', async ({ drop }) => `+OK ${drop.messages.length} ${await totalOctets(drop)}`],
  ['list', ({ drop }, argument) => listing(drop, argument, async message => String(await drop.octets(message)))],
  ['uidl', ({ drop }, argument) => listing(drop, argument, uniqueId)],
  ['retr', retrieve],
  ['top', retrieve],
  ['dele', dele],
  ['last', session => `+OK ${session.last}`],
  ['rset', rset],
  ['noop', () => '+OK '],
]);

/**
 * Serves a mailbox until QUIT, or until the client leaves, which changes nothing.
 * @param capabilities the whole reply to CAPA; undefined: CAPA gets the reply of an unknown command
 * @returns what was done at QUIT; undefined when there was none
 */
export async function pop3d(
  connection: PopConnection,
  drop: Maildrop,
  capabilities?: string,
): Promise<SessionSummary | undefined> {
  const session: PopSession = { drop, last: 0, retrieved: 0 };
  await connection.send('+OK ');
  for (;;) {
    const line = await connection.line();
    if (line === undefined) return undefined;
    const { verb, argument } = parseLine(line ?? '');
    if (verb === 'quit') return quit(connection, session);
    if (line === null) await connection.send(syntaxError);
    else if (verb === 'capa' && capabilities !== undefined) await connection.send(capabilities);
    else await connection.send((await commands.get(verb)?.(session, argument)) ?? '-ERR unimplemented');
  }
}

async function quit(connection: PopConnection, { drop, retrieved }: PopSession): Promise<SessionSummary> {
  const { deleted, complete } = await drop.update();
  if (!complete) await connection.send('-ERR unable to unlink all deleted messages');
  await connection.send('+OK ');
  return { retrieved, deleted };
}

async function totalOctets(drop: Maildrop): Promise<number> {
  const slice = createTimeSlice();
  let sum = 0;
  for (const message of drop.messages) {
    if (slice.isOver()) await slice.next();
    if (!message.deleted) sum += await drop.octets(message);
  }
  return sum;
}

/** RFC 1939: 1 to 70 printable characters. Such names are used as they are, so that no client fetches all mail again. */
function uniqueId({ uid }: DropMessage): string {
  return /^[!-~]{1,70}$/.test(uid) ? uid : createHash('sha256').update(uid, 'latin1').digest('hex');
}

interface Numbered {
  readonly number: number;
  readonly message: DropMessage;
}

/** The message that an argument names, or the error. */
function pick(drop: Maildrop, argument: string): Numbered | string {
  const digits = /^\d+/.exec(argument)?.[0];
  if (digits === undefined) return syntaxError;
  const number = Number(digits);
  if (number === 0) return '-ERR messages are counted from 1';
  const message = drop.messages[number - 1];
  if (!message) return '-ERR not that many messages';
  return message.deleted ? '-ERR already deleted' : { number, message };
}

type Show = (message: DropMessage) => string | Promise<string>;

async function listing(drop: Maildrop, argument: string, show: Show): Promise<Answer> {
  if (argument === '') return listLines(drop, show);
  const picked = pick(drop, argument);
  return typeof picked === 'string' ? picked : `+OK ${picked.number} ${await show(picked.message)}`;
}

const linesAtOnce = 500;

async function* listLines(drop: Maildrop, show: Show): AsyncGenerator<Uint8Array> {
  const slice = createTimeSlice();
  yield Buffer.from('+OK \r\n');
  for (let from = 0; from < drop.messages.length; from += linesAtOnce) {
    const lines: string[] = [];
    for (const [at, message] of drop.messages.slice(from, from + linesAtOnce).entries()) {
      if (slice.isOver()) await slice.next();
      if (!message.deleted) lines.push(`${from + at + 1} ${await show(message)}\r\n`);
    }
    yield Buffer.from(lines.join(''), 'latin1');
  }
  yield Buffer.from('.\r\n');
}

/** RETR and TOP are the same in qmail: a second number limits the lines of the body. */
async function retrieve(session: PopSession, argument: string): Promise<Answer> {
  const picked = pick(session.drop, argument);
  if (typeof picked === 'string') return picked;
  const lines = /^\d+ +(\d+)/.exec(argument)?.[1];
  try {
    const file = await session.drop.open(picked.message);
    session.retrieved++;
    return fileAnswer(file, lines === undefined ? undefined : Number(lines));
  } catch {
    return '-ERR unable to open that message';
  }
}

async function* fileAnswer(file: Awaited<ReturnType<Maildrop['open']>>, lines: number | undefined) {
  try {
    yield Buffer.from('+OK \r\n');
    yield* messagePieces(file, lines);
  } finally {
    await file.close();
  }
}

function dele(session: PopSession, argument: string): string {
  const picked = pick(session.drop, argument);
  if (typeof picked === 'string') return picked;
  picked.message.deleted = true;
  session.last = Math.max(session.last, picked.number);
  return '+OK ';
}

function rset(session: PopSession): string {
  for (const message of session.drop.messages) message.deleted = false;
  session.last = 0;
  return '+OK ';
}
