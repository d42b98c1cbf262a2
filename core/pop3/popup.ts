// POP3 before the login (qmail-popup): a table of commands, and a loop that ends with an open mailbox, with the client served
// by another program, or with the end of the connection.

import type { PopConnection } from './connection.ts';
import type { Maildrop } from './maildrop.ts';

/** The name and password that a client sends, as byte strings. */
export interface Claim {
  readonly name: string;
  /** The password, or with APOP the digest of the greeting's stamp and the password. */
  readonly secret: string;
  readonly how: 'pass' | 'apop';
}

/** The result of a claim. */
export type Verdict =
  | { readonly kind: 'open'; readonly drop: Maildrop }
  /** Another program has served the client, which is gone. */
  | { readonly kind: 'served' }
  /** `again`: the client may try once more in this connection. */
  | { readonly kind: 'refused'; readonly text: string; readonly again?: boolean };

export type Login = (claim: Claim, connection: PopConnection) => Promise<Verdict>;

export interface PopupOptions {
  /** The first line; undefined: the client was greeted before. */
  readonly greeting: string | undefined;
  /** The greeting contains a stamp: APOP is implemented. */
  readonly apop: boolean;
  /** STLS is implemented. */
  readonly stls?: boolean;
  /** False: passwords are refused before STLS. */
  readonly passwords?: boolean;
  /** The whole reply to CAPA; undefined: CAPA gets the reply of an unknown command. */
  readonly capabilities?: string;
  readonly login: Login;
}

/** More commands than any client needs before its login. */
const mostCommands = 100;

/** What happens after a command. */
type Step = { readonly answer: string } | { readonly claim: Claim } | { readonly bye: true } | { readonly tls: true };

/** @param session `user`: what the last USER said */
type Command = (argument: string, session: { user: string }) => Step;

const okay: Step = { answer: '+OK ' };
/** Also the reply to USER, so that the client does not send the password. */
const needsStls: Step = { answer: '-ERR passwords are not taken in the clear: say STLS first' };
const syntaxError: Step = { answer: '-ERR syntax error' };

const commands: ReadonlyMap<string, Command> = new Map<string, Command>([
  ['user', user],
  ['pass', pass],
  ['apop', apop],
  ['noop', () => okay],
  ['quit', () => ({ bye: true })],
]);

function user(argument: string, session: { user: string }): Step {
  if (argument === '') return syntaxError;
  session.user = argument;
  return okay;
}

function pass(argument: string, session: { user: string }): Step {
  if (session.user === '') return { answer: '-ERR USER first' };
  return argument === '' ? syntaxError : { claim: { name: session.user, secret: argument, how: 'pass' } };
}

function apop(argument: string): Step {
  const space = argument.indexOf(' ');
  if (space < 0) return syntaxError;
  return { claim: { name: argument.slice(0, space), secret: argument.slice(space + 1), how: 'apop' } };
}

/** Splits a command line (qmail's commands.c). */
export function parseLine(line: string): { verb: string; argument: string } {
  const [text = ''] = line.split('\0');
  const space = text.indexOf(' ');
  if (space < 0) return { verb: text.toLowerCase(), argument: '' };
  return { verb: text.slice(0, space).toLowerCase(), argument: text.slice(space).replace(/^ +/, '') };
}

/**
 * Greets the client and runs its commands.
 * @returns the opened mailbox; `stls`: TLS starts now; undefined: the session is over
 */
export async function popup(connection: PopConnection, options: PopupOptions): Promise<Maildrop | 'stls' | undefined> {
  const session = { user: '' };
  if (options.greeting !== undefined) await connection.send(options.greeting);
  for (let commands = 0; commands < mostCommands; commands++) {
    const line = await connection.line();
    if (line === undefined) return undefined;
    const step = line === null ? syntaxError : answerTo(line, session, options);
    if ('answer' in step) {
      await connection.send(step.answer);
    } else if ('bye' in step) {
      await connection.send('+OK ');
      return undefined;
    } else if ('tls' in step) {
      await connection.send('+OK begin TLS');
      return 'stls';
    } else {
      const verdict = await options.login(step.claim, connection);
      if (verdict.kind === 'open') return verdict.drop;
      if (verdict.kind === 'served') return undefined;
      await connection.send(`-ERR ${verdict.text}`);
      if (!verdict.again) return undefined;
    }
  }
  await connection.send('-ERR too many commands without a login');
  return undefined;
}

function answerTo(line: string, session: { user: string }, options: PopupOptions): Step {
  const { apop, stls, capabilities, passwords = true } = options;
  const { verb, argument } = parseLine(line);
  if (verb === 'capa' && capabilities !== undefined) return { answer: capabilities };
  if (verb === 'stls' && stls) return { tls: true };
  if (!passwords && (verb === 'user' || verb === 'pass')) return needsStls;
  const command = verb === 'apop' && !apop ? undefined : commands.get(verb);
  return command?.(argument, session) ?? { answer: '-ERR authorization first' };
}
