// The commands of a POP3 client (RFC 1939, RFC 2449, RFC 2595): each is sent, and its reply read, before the next.
import type { Duplex } from 'node:stream';
import { serverOf } from '../../control/fetch/account.ts';
import { reach } from '../../conversation/reach.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import { secure } from '../secure.ts';
import type { FetchSession } from '../session.ts';
import { createWire, type Wire } from './wire.ts';

export interface Dialogue {
  readonly wire: Wire;
  /** @returns the text after +OK @throws FetchFailure */
  command(command: string): Promise<string>;
  /** @returns undefined: the server has refused it */
  attempt(command: string): Promise<string | undefined>;
  /** The lines of a multi-line reply. @throws FetchFailure when there are more */
  lines(command: string, most: number): Promise<string[]>;
  /** The connection breaks. */
  close(): void;
}

/** Connects and logs in. @throws FetchFailure */
export async function openDialogue(session: FetchSession): Promise<Dialogue> {
  const { account, clock, ca } = session;
  const { host, port } = serverOf(account);
  const reached = await reach(host, port, session.reach, session.stop);
  if ('why' in reached) throw new FetchFailure('unable', reached.why);
  let stream: Duplex = reached.socket;
  const abort = () => stream.destroy();
  session.stop.addEventListener('abort', abort, { once: true });
  try {
    if (account.tls === 'implicit') stream = await secure(stream, host, ca, clock);
    let dialogue = dialogueOver(createWire(stream, host, clock), host);
    await dialogue.greeting();
    if (account.tls === 'starttls') {
      await dialogue.command('STLS');
      if (dialogue.wire.isAhead) throw new FetchFailure('unable', `${host} sent something between STLS and TLS`);
      dialogue.wire.detach();
      stream = await secure(stream, host, ca, clock);
      dialogue = dialogueOver(createWire(stream, host, clock), host);
    }
    await logIn(dialogue, session, host);
    const close = () => {
      session.stop.removeEventListener('abort', abort);
      dialogue.wire.close();
    };
    return { ...dialogue, close };
  } catch (error) {
    session.stop.removeEventListener('abort', abort);
    stream.on('error', () => {}).destroy();
    throw error;
  }
}

function dialogueOver(wire: Wire, host: string) {
  /** RFC 1939 section 3. */
  async function reply(): Promise<{ readonly ok: boolean; readonly text: string }> {
    const line = await wire.line();
    const [, status, text = ''] = /^(\+OK|-ERR)(?: (.*))?$/i.exec(line) ?? [];
    if (status === undefined)
      throw new FetchFailure('unable', `${host} does not speak POP3: it says "${saidBy(line)}"`);
    return { ok: status === '+OK' || status === '+ok', text };
  }

  async function ask(command: string): Promise<{ readonly ok: boolean; readonly text: string }> {
    wire.send(command);
    return reply();
  }

  async function command(text: string): Promise<string> {
    const answer = await ask(text);
    if (answer.ok) return answer.text;
    const [verb] = text.split(' ', 1);
    throw new FetchFailure('unable', `${host} refuses ${verb}: ${saidBy(answer.text)}`);
  }

  async function lines(text: string, most: number): Promise<string[]> {
    await command(text);
    const all: string[] = [];
    for (;;) {
      const line = await wire.line();
      if (line === '.') return all;
      if (all.length >= most)
        throw new FetchFailure('unable', `${host} does not end its list: it has more lines than messages`);
      all.push(line.startsWith('.') ? line.slice(1) : line);
    }
  }

  return {
    wire,
    ask,
    command,
    lines,
    async attempt(text: string) {
      const answer = await ask(text);
      return answer.ok ? answer.text : undefined;
    },
    async greeting() {
      const answer = await reply();
      if (!answer.ok) throw new FetchFailure('unable', `${host} does not serve now: ${saidBy(answer.text)}`);
    },
  };
}

/** RFC 2449 section 8, RFC 3206: the password is not what is wrong. */
const passing = ['[IN-USE', '[LOGIN-DELAY', '[SYS/'];

async function logIn(
  { ask }: ReturnType<typeof dialogueOver>,
  { account, password }: FetchSession,
  host: string,
): Promise<void> {
  const user = Buffer.from(account.user, 'utf8').toString('latin1');
  if (/[\r\n\0]/.test(password)) throw new FetchFailure('wrong', 'the password has characters that no server can get');
  for (const command of [`USER ${user}`, `PASS ${password}`]) {
    const { ok, text } = await ask(command);
    if (ok) continue;
    const said = saidBy(text.replaceAll(password, '(not shown)'));
    if (passing.some(code => text.toUpperCase().startsWith(code)))
      throw new FetchFailure('unable', `${host} lets ${account.user} in later: ${said}`);
    throw new FetchFailure('refused', `${host} refuses the login of ${account.user}: ${said}`);
  }
}
