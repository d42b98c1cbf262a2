// The POP3 commands as two tables: before login (qmail-popup) and after it (qmail-pop3d). RFC 1939, with CAPA of
// RFC 2449. APOP is not there: it would need the passwords themselves.
import type { DropMessage, Maildrop } from './maildrop.ts';
import { messagePieces } from './multiline.ts';

/** A line without its CR LF, or a stream of bytes for the wire. */
export type Answer = string | AsyncIterable<Uint8Array>;

/** What happens after the answer. */
export interface Step {
  readonly answer: Answer;
  /** The connection ends. */
  readonly bye?: boolean;
}

/** Checks a password; undefined: wrong. */
export type Login = (name: string, password: string) => Promise<Maildrop | string | undefined>;

/** One client. */
export interface PopSession {
  user: string;
  drop: Maildrop | undefined;
  /** Highest number that was marked for removal. */
  last: number;
}

type Command = (session: PopSession, argument: string, login: Login) => Step | Promise<Step>;

const okay: Step = { answer: '+OK ' };
const syntaxError = fail('syntax error');
const capabilities = '+OK \r\nUSER\r\nTOP\r\nUIDL\r\nPIPELINING\r\nEXPIRE NEVER\r\n.';

function fail(text: string): Step {
  return { answer: `-ERR ${text}` };
}

/** Answers one command line (a byte string without its line end). */
export async function runCommand(session: PopSession, line: string, login: Login): Promise<Step> {
  const [text = ''] = line.split('\0');
  const space = text.indexOf(' ');
  const verb = (space < 0 ? text : text.slice(0, space)).toLowerCase();
  const argument = space < 0 ? '' : text.slice(space).replace(/^ +/, '');
  const { drop } = session;
  if (!drop) return (await beforeLogin.get(verb)?.(session, argument, login)) ?? fail('authorization first');
  return (await afterLogin.get(verb)?.(session, argument, drop)) ?? fail('unimplemented');
}

const beforeLogin: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['user', user],
  ['pass', pass],
  ['noop', () => okay],
  ['capa', () => ({ answer: capabilities })],
  ['quit', () => ({ answer: '+OK ', bye: true })],
]);

function user(session: PopSession, argument: string): Step {
  if (argument === '') return syntaxError;
  session.user = argument;
  return okay;
}

async function pass(session: PopSession, argument: string, login: Login): Promise<Step> {
  if (session.user === '') return fail('USER first');
  if (argument === '') return syntaxError;
  // One attempt per connection: guessing stays slow.
  const drop = await login(asText(session.user), asText(argument));
  if (drop === undefined) return { ...fail('authorization failed'), bye: true };
  if (typeof drop === 'string') return { ...fail(drop), bye: true };
  session.drop = drop;
  return okay;
}

function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

type DropCommand = (session: PopSession, argument: string, drop: Maildrop) => Step | Promise<Step>;

const afterLogin: ReadonlyMap<string, DropCommand> = new Map<string, DropCommand>([
  ['stat', (_, __, drop) => ({ answer: `+OK ${drop.messages.length} ${totalBytes(drop)}` })],
  ['list', (_, argument, drop) => listing(drop, argument, message => String(message.sizeBytes))],
  ['uidl', (_, argument, drop) => listing(drop, argument, message => message.uid)],
  ['retr', (_, argument, drop) => retrieve(drop, argument)],
  ['top', (_, argument, drop) => retrieve(drop, argument)],
  ['dele', dele],
  ['last', session => ({ answer: `+OK ${session.last}` })],
  ['rset', rset],
  ['noop', () => okay],
  ['capa', () => ({ answer: capabilities })],
  ['quit', (_, __, drop) => ({ answer: `${drop.update() ? '' : cannotUnlink}+OK `, bye: true })],
]);

const cannotUnlink = '-ERR unable to unlink all deleted messages\r\n';

function totalBytes(drop: Maildrop): number {
  return drop.messages.reduce((sum, { sizeBytes, deleted }) => sum + (deleted ? 0 : sizeBytes), 0);
}

interface Numbered {
  readonly number: number;
  readonly message: DropMessage;
}

/** The message that an argument names, or the refusal. */
function pick(drop: Maildrop, argument: string): Numbered | Step {
  const digits = /^\d+/.exec(argument)?.[0];
  if (digits === undefined) return syntaxError;
  const number = Number(digits);
  if (number === 0) return fail('messages are counted from 1');
  const message = drop.messages[number - 1];
  if (!message) return fail('not that many messages');
  return message.deleted ? fail('already deleted') : { number, message };
}

function listing(drop: Maildrop, argument: string, show: (message: DropMessage) => string): Step {
  if (argument === '') return { answer: listLines(drop, show) };
  const picked = pick(drop, argument);
  return 'answer' in picked ? picked : { answer: `+OK ${picked.number} ${show(picked.message)}` };
}

const linesAtOnce = 500;

async function* listLines(drop: Maildrop, show: (message: DropMessage) => string): AsyncGenerator<Uint8Array> {
  yield Buffer.from('+OK \r\n');
  for (let from = 0; from < drop.messages.length; from += linesAtOnce) {
    const lines = drop.messages
      .slice(from, from + linesAtOnce)
      .map((message, at) => (message.deleted ? '' : `${from + at + 1} ${show(message)}\r\n`));
    yield Buffer.from(lines.join(''), 'latin1');
  }
  yield Buffer.from('.\r\n');
}

/** RETR and TOP are one in qmail: a second number limits the lines of the body. */
async function retrieve(drop: Maildrop, argument: string): Promise<Step> {
  const picked = pick(drop, argument);
  if ('answer' in picked) return picked;
  const lines = /^\d+ +(\d+)/.exec(argument)?.[1];
  try {
    const file = await drop.open(picked.message);
    return { answer: fileAnswer(file, lines === undefined ? undefined : Number(lines)) };
  } catch {
    return fail('unable to open that message');
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

function dele(session: PopSession, argument: string, drop: Maildrop): Step {
  const picked = pick(drop, argument);
  if ('answer' in picked) return picked;
  picked.message.deleted = true;
  session.last = Math.max(session.last, picked.number);
  return okay;
}

function rset(session: PopSession, _argument: string, drop: Maildrop): Step {
  for (const message of drop.messages) message.deleted = false;
  session.last = 0;
  return okay;
}
