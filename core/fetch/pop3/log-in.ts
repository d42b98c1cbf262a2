// The login of a POP3 client: AUTH (RFC 5034) with the strongest mechanism that the server offers, or USER and PASS (RFC 1939).
import { serverOf } from '../../control/fetch/account.ts';
import { type LoginCarrier, logIn } from '../../login/log-in.ts';
import { FetchFailure } from '../failure.ts';
import { failedLogin, refusedLogin } from '../login-failure.ts';
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
export async function logInToPop3(dialogue: LoginDialogue, session: ServerSession): Promise<void> {
  const { account, credential } = session;
  const { host, port } = serverOf(account);
  const offered = mechanismsIn(await dialogue.capabilities());
  const isEncrypted = account.tls !== 'none';
  const end = await logIn(carrierOf(dialogue), { credential, offered, isEncrypted, server: { host, port } });
  if (end.kind === 'logged-in') return;
  const failure = failedLogin(end, offered, session);
  if (failure) throw failure;
  const password = credential.secret.reveal();
  if (/[\r\n\0]/.test(password)) throw new FetchFailure('wrong', 'the password has characters that no server can get');
  for (const command of [`USER ${credential.user}`, `PASS ${password}`]) {
    const { kind, text } = await dialogue.answer(command);
    if (kind !== 'ok') throw refusedLogin(text, session);
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
