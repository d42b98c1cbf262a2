// The commands of a POP3 client (RFC 1939, RFC 2449, RFC 2595): each is sent, and its reply read, before the next.
import { serverOf } from '../../control/fetch/account.ts';
import { connect } from '../connect.ts';
import { FetchFailure, saidBy } from '../failure.ts';
import type { ServerSession } from '../session.ts';
import type { Wire } from '../wire.ts';
import { type LoginAnswer, logInToPop3 } from './log-in.ts';

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
export async function openDialogue(session: ServerSession): Promise<Dialogue> {
  const { host } = serverOf(session.account);
  const { wire, close } = await connect(session, {
    greet: first => dialogueOver(first, host).greeting(),
    startTls: first => dialogueOver(first, host).startTls(),
  });
  const dialogue = { ...dialogueOver(wire, host), close };
  try {
    await logInToPop3(dialogue, session);
    return dialogue;
  } catch (error) {
    close();
    throw error;
  }
}

/** In base64, of SASL (RFC 4954 section 4.5.3.1.1). */
const longestChallenge = 12_288;
const mostCapabilities = 100;

function dialogueOver(wire: Wire, host: string) {
  const reply = async () => parseReply(await wire.line());

  /** RFC 1939 section 3. */
  function parseReply(line: string): { readonly ok: boolean; readonly text: string } {
    const [, status, text = ''] = /^(\+OK|-ERR)(?: (.*))?$/i.exec(line) ?? [];
    if (status === undefined)
      throw new FetchFailure('unable', `${host} does not speak POP3: it says "${saidBy(line)}"`);
    return { ok: status === '+OK' || status === '+ok', text };
  }

  async function ask(command: string): Promise<{ readonly ok: boolean; readonly text: string }> {
    wire.send(command);
    return reply();
  }

  /** To a line of a login (RFC 5034 section 4). */
  async function answer(line: string): Promise<LoginAnswer> {
    wire.send(line);
    const said = await wire.line(longestChallenge);
    const [, challenge] = /^\+(?: ([A-Za-z0-9+/=]*))?$/.exec(said) ?? [];
    if (challenge !== undefined) return { kind: 'challenge', text: challenge };
    const { ok, text } = parseReply(said);
    return { kind: ok ? 'ok' : 'err', text };
  }

  async function capabilities(): Promise<readonly string[]> {
    const { ok } = await ask('CAPA');
    return ok ? restOfLines(mostCapabilities) : [];
  }

  async function command(text: string): Promise<string> {
    const answer = await ask(text);
    if (answer.ok) return answer.text;
    const [verb] = text.split(' ', 1);
    throw new FetchFailure('unable', `${host} refuses ${verb}: ${saidBy(answer.text)}`);
  }

  async function lines(text: string, most: number): Promise<string[]> {
    await command(text);
    return restOfLines(most);
  }

  async function restOfLines(most: number): Promise<string[]> {
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
    answer,
    capabilities,
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
    /** RFC 2595 section 4. */
    async startTls() {
      const { ok, text } = await ask('STLS');
      if (ok) return;
      throw new FetchFailure('unable', `${host} refuses STLS, and nothing is said without TLS: ${saidBy(text)}`);
    },
  };
}
