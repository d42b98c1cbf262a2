// The start of an IMAP session (RFC 9051): greeting, STARTTLS and login, with the mechanisms of every other login of this host.
// What follows is the library's (`client.ts`), which has fewer of them.

import { serverOf } from '../../control/fetch/account.ts';
import { type LoginCarrier, type LoginReply, logIn } from '../../login/log-in.ts';
import { type Connection, connect } from '../connect.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import { failedLogin, refusedLogin } from '../login-failure.ts';
import type { ServerSession } from '../session.ts';
import type { Wire } from '../wire.ts';

/** Connects and logs in. @throws FetchFailure */
export async function openLoggedIn(session: ServerSession): Promise<Connection> {
  const { account } = session;
  const { host } = serverOf(account);
  let isAuthenticated = false;
  const connection = await connect(session, {
    async greet(wire) {
      const [, word = '', text = ''] = /^\* (OK|PREAUTH|BYE)\b(.*)$/i.exec(await wire.line(longestLine)) ?? [];
      if (word === '') throw new FetchFailure('unable', `${host} does not speak IMAP`);
      if (/^bye$/i.test(word)) throw new FetchFailure('unable', `${host} does not serve now: ${saidBy(text)}`);
      isAuthenticated = /^preauth$/i.test(word);
    },
    async startTls(wire) {
      const { kind, text } = await createAsking(wire, host).ask('STARTTLS');
      if (kind === 'ok') return;
      // RFC 9051 section 6.2.1: then nobody knows who has said so.
      throw new FetchFailure('unable', `${host} refuses STARTTLS, and nothing is said without TLS: ${saidBy(text)}`);
    },
  });
  try {
    if (isAuthenticated && account.tls === 'starttls') {
      throw new FetchFailure('unable', `${host} says that we are logged in before TLS has started`);
    }
    if (!isAuthenticated) await authenticate(createAsking(connection.wire, host), session);
    connection.wire.detach();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

async function authenticate(asking: Asking, session: ServerSession): Promise<void> {
  const { account, credential } = session;
  const { host, port } = serverOf(account);
  const capabilities = await asking.capabilities();
  const offered = capabilities.flatMap(name => (name.startsWith('AUTH=') ? [name.slice('AUTH='.length)] : []));
  const carrier = carrierOver(asking, capabilities.includes('SASL-IR'));
  const isEncrypted = account.tls !== 'none';
  const end = await logIn(carrier, { credential, offered, isEncrypted, server: { host, port } });
  if (end.kind === 'logged-in') return;
  const failure = failedLogin(end, offered, session);
  if (failure) throw failure;
  await logInByCommand(asking, capabilities, session);
}

/** RFC 4959 sets no limit; servers have one for a line. */
const longestInitial = 8000;

function carrierOver({ ask, respond }: Asking, mayHaveInitial: boolean): LoginCarrier<string> {
  const read = ({ kind, text }: Answer): LoginReply<string> => {
    if (kind === 'more') return { kind: 'challenge', base64: text };
    return { kind: kind === 'ok' ? 'success' : 'failure', reply: text };
  };
  return {
    longestInitial: mayHaveInitial ? longestInitial : 0,
    async start(mechanism, initial) {
      const answer = await ask(`AUTHENTICATE ${mechanism}${initial === undefined ? '' : ` ${initial || '='}`}`);
      return answer.kind === 'bad' ? { kind: 'unknown', reply: answer.text } : read(answer);
    },
    respond: async base64 => read(await respond(base64)),
    cancel: () => respond('*'),
  };
}

/** LOGIN, for servers that offer no mechanism; in the clear only to this machine. */
async function logInByCommand(asking: Asking, capabilities: readonly string[], session: ServerSession): Promise<void> {
  const { account, credential } = session;
  const { host } = serverOf(account);
  if (capabilities.includes('LOGINDISABLED')) {
    throw new FetchFailure(
      'wrong',
      `${host} takes no login that is known here; it offers ${saidBy(capabilities.join(' '))}`,
    );
  }
  const words = [credential.user, credential.secret.reveal()];
  if (words.some(word => /[\r\n\0]/.test(word))) {
    throw new FetchFailure('wrong', 'the user name or the password has characters that no server can get');
  }
  let line = 'LOGIN';
  let send = asking.ask;
  for (const word of words) {
    if (/^[ -~]*$/.test(word)) {
      line += ` "${word.replace(/["\\]/g, '\\$&')}"`;
      continue;
    }
    // A literal (RFC 9051 section 4.3): the server asks for it.
    const { kind, text } = await send(`${line} {${word.length}}`);
    if (kind !== 'more') throw refusedLogin(text, session);
    [line, send] = [word, asking.respond];
  }
  const { kind, text } = await send(line);
  if (kind !== 'ok') throw refusedLogin(text, session);
}

interface Answer {
  /** `more`: the server waits for the rest of the command. */
  readonly kind: 'ok' | 'no' | 'bad' | 'more';
  readonly text: string;
}

interface Asking {
  ask(command: string): Promise<Answer>;
  /** The next line of the command that the server waits for. */
  respond(line: string): Promise<Answer>;
  /** In upper case. */
  capabilities(): Promise<readonly string[]>;
}

/** A line, or a challenge in base64. */
const longestLine = 16 * 1024;
/** What a server says of itself before it answers. */
const mostUntagged = 100;

function createAsking(wire: Wire, host: string): Asking {
  let number = 0;
  let tag = '';
  let known: readonly string[] = [];

  function look(line: string): void {
    const [, names] = /^\* CAPABILITY (.*)$/i.exec(line) ?? [];
    if (names !== undefined) known = names.toUpperCase().split(' ');
    const [, text] = /^\* BYE\b(.*)$/i.exec(line) ?? [];
    if (text !== undefined) throw new FetchFailure('unable', `${host} ends the connection: ${saidBy(text)}`);
  }

  async function respond(line: string): Promise<Answer> {
    wire.send(line);
    for (let untagged = 0; untagged <= mostUntagged; untagged++) {
      const said = await wire.line(longestLine);
      if (said === '+' || said.startsWith('+ ')) return { kind: 'more', text: said.slice(2) };
      const [, result = '', text = ''] = said.startsWith(`${tag} `)
        ? (/^\S+ (OK|NO|BAD)(?: (.*))?$/i.exec(said) ?? [])
        : [];
      if (result !== '') return { kind: kinds[result.toLowerCase()] ?? 'bad', text };
      if (!said.startsWith('* '))
        throw new FetchFailure('unable', `${host} does not speak IMAP: it says "${saidBy(said)}"`);
      look(said);
    }
    throw new FetchFailure('unable', `${host} answers with more than was asked for`);
  }

  const ask = (command: string) => {
    tag = `w${++number}`;
    return respond(`${tag} ${command}`);
  };
  return {
    ask,
    respond,
    async capabilities() {
      await ask('CAPABILITY');
      return known;
    },
  };
}

const kinds: Readonly<Record<string, Answer['kind']>> = { ok: 'ok', no: 'no', bad: 'bad' };
