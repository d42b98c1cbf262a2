// The login of a POP3 client: AUTH (RFC 5034) with the strongest mechanism that the server offers, or USER and PASS (RFC 1939).
import { serverOf } from '../../control/fetch/account.ts';
import { type LoginCarrier, logIn } from '../../login/log-in.ts';
import { secretOf } from '../../login/secret.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import type { ServerSession } from '../session.ts';

/** What a server replied to one line of a login. */
export interface LoginAnswer {
  readonly kind: 'ok' | 'err' | 'challenge';
  readonly text: string;
}

/** The part of a dialogue that a login needs. */
export interface LoginDialogue {
  answer(line: string): Promise<LoginAnswer>;
  /** The lines of CAPA (RFC 2449); empty where the server does not have it. */
  capabilities(): Promise<readonly string[]>;
}

/** RFC 2449 section 4: a command has 255 characters. */
const longestCommand = 255;

/** @throws FetchFailure */
export async function logInToPop3(dialogue: LoginDialogue, { account, password }: ServerSession): Promise<void> {
  const { host, port } = serverOf(account);
  const user = Buffer.from(account.user, 'utf8').toString('latin1');
  const secret = secretOf(password);
  const refused = (text: string) => failureOf(secret.hideIn(text), host, account.user);
  const end = await logIn(carrierOf(dialogue), {
    credential: { kind: 'password', user, secret },
    offered: mechanismsIn(await dialogue.capabilities()),
    isEncrypted: account.tls !== 'none',
    server: { host, port },
  });
  if (end.kind === 'logged-in') return;
  if (end.kind === 'refused') throw refused(end.said === undefined ? end.reply : `${end.reply} ${end.said}`);
  if (end.kind === 'broken') throw new FetchFailure('unable', `${host} does not keep to ${end.mechanism}: ${end.why}`);
  if (/[\r\n\0]/.test(password)) throw new FetchFailure('wrong', 'the password has characters that no server can get');
  for (const command of [`USER ${user}`, `PASS ${password}`]) {
    const { kind, text } = await dialogue.answer(command);
    if (kind !== 'ok') throw refused(text);
  }
}

function mechanismsIn(capabilities: readonly string[]): readonly string[] {
  const [, ...names] = capabilities.find(line => /^SASL /i.test(line))?.split(' ') ?? [];
  return names;
}

function carrierOf({ answer }: LoginDialogue): LoginCarrier<string> {
  const ask = async (line: string) => {
    const { kind, text } = await answer(line);
    if (kind === 'challenge') return { kind, base64: text } as const;
    return { kind: kind === 'ok' ? ('success' as const) : ('failure' as const), reply: text };
  };
  return {
    longestInitial: longestCommand - 'AUTH SCRAM-SHA-256 \r\n'.length,
    start: (mechanism, initial) =>
      ask(initial === undefined ? `AUTH ${mechanism}` : `AUTH ${mechanism} ${initial || '='}`),
    respond: ask,
    cancel: () => answer('*'),
  };
}

/** RFC 2449 section 8, RFC 3206: the password is not what is wrong. */
const passing = ['[IN-USE', '[LOGIN-DELAY', '[SYS/'];

function failureOf(text: string, host: string, user: string): FetchFailure {
  const said = saidBy(text);
  const isPassing = passing.some(code => text.toUpperCase().startsWith(code));
  if (isPassing) return new FetchFailure('unable', `${host} lets ${user} in later: ${said}`);
  return new FetchFailure('refused', `${host} refuses the login of ${user}: ${said}`);
}
