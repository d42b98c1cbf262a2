// ofmipd (mess822): accepts new mail by SMTP from any client, for any recipient, and rewrites its header as new-inject does. The
// super-server's access rules decide which clients can connect.
import type { Cdb } from '../../lib/disk/cdb.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { UserError } from '../../lib/user-error.ts';
import { type ListPart, writeNormalAddress } from '../../message/header/normal-list.ts';
import {
  type readRewriteRules,
  rewriteAddress,
  rewriteHost,
  rewriteParts,
} from '../../message/header/rewrite-rules.ts';
import { splitMessage } from '../../message/header/split-message.ts';
import { parsePath } from '../../message/smtp-path.ts';
import type { Accepted, Envelope, MessageSource } from '../../paper-path/shapes.ts';
import { assemble } from '../programs/assemble.ts';
import { formatNormalHeader, readNormalHeader } from '../programs/normal-header.ts';
import { ClientGone, clientLines } from './client-lines.ts';

export interface OfmipdDeps {
  readonly input: AsyncIterable<Uint8Array>;
  readonly reply: (line: string) => void;
  /** TCPREMOTEINFO and TCPREMOTEIP describe the client. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly rules: ReturnType<typeof readRewriteRules>;
  readonly idHost: string;
  /** The names of senders (ofmipname); undefined: none are defined. */
  readonly names: Pick<Cdb, 'get'> | undefined;
  readonly accept: (source: MessageSource, envelope: Envelope) => Promise<Accepted>;
  readonly nowMs: () => number;
  readonly pid: number;
}

interface Transaction {
  readonly sender: string;
  /** The name of the sender; undefined: the message's own From field is used. */
  readonly name: string | undefined;
  readonly recipients: string[];
}

const maxAddressBytes = 899;

/** Serves one client. @returns 0 after QUIT, 1 if the client disconnected */
export async function ofmipd(deps: OfmipdDeps): Promise<number> {
  const session = new Session(deps);
  deps.reply('220 ofmipd.local ESMTP');
  try {
    while (await session.obey()) {}
    return 0;
  } catch (error) {
    if (error instanceof ClientGone) return 1;
    throw error;
  }
}

class Session {
  readonly #deps: OfmipdDeps;
  readonly #nextLine: ReturnType<typeof clientLines>;
  #transaction: Transaction | undefined;
  #messages = 0;

  constructor(deps: OfmipdDeps) {
    this.#deps = deps;
    this.#nextLine = clientLines(deps.input);
  }

  /** Executes the next command. @returns false after QUIT */
  async obey(): Promise<boolean> {
    const { reply } = this.#deps;
    const line = await this.#command();
    const [, verb = '', argument = ''] = /^([^ ]*) *(.*)$/s.exec(line) ?? [];
    switch (verb.toLowerCase()) {
      case 'helo':
        this.#transaction = undefined;
        reply('250 ofmipd.local');
        break;
      case 'ehlo':
        this.#transaction = undefined;
        for (const text of ['250-ofmipd.local', '250-PIPELINING', '250 8BITMIME']) reply(text);
        break;
      case 'mail':
        reply(this.#mail(argument));
        break;
      case 'rcpt':
        reply(this.#rcpt(argument));
        break;
      case 'data':
        reply(await this.#data());
        break;
      case 'rset':
        this.#transaction = undefined;
        reply('250 flushed');
        break;
      case 'noop':
        reply('250 ok');
        break;
      case 'help':
        reply('214 this is ofmipd of Waypost: it takes new mail for everywhere');
        break;
      case 'vrfy':
        reply("252 send some mail, i'll try my best");
        break;
      case 'quit':
        reply('221 ofmipd.local');
        return false;
      default:
        reply('502 unimplemented (#5.5.1)');
    }
    return true;
  }

  /** A command line; the rest of a line that is too long is discarded. */
  async #command(): Promise<string> {
    const first = await this.#nextLine();
    for (let line = first; !line.ended; ) line = await this.#nextLine();
    return first.raw.toString('latin1');
  }

  /** The rewritten address of MAIL or RCPT; undefined if it is too long. */
  #addressIn(argument: string): string | undefined {
    const path = parsePath(argument);
    if (!path || path.address.includes('\0')) return undefined;
    const address = rewriteAddress(path.address, this.#deps.rules);
    return address.length > maxAddressBytes ? undefined : address;
  }

  /** @returns the reply */
  #mail(argument: string): string {
    const address = this.#addressIn(argument);
    if (address === undefined) return '555 syntax error (#5.5.4)';
    try {
      const found = this.#deps.names?.get(Buffer.from(address, 'latin1'));
      const { sender, name } = found ? readName(found) : { sender: address, name: undefined };
      this.#transaction = { sender, name, recipients: [] };
      return '250 ok';
    } catch {
      return '451 unable to read cdb (#4.3.0)';
    }
  }

  /** @returns the reply */
  #rcpt(argument: string): string {
    if (!this.#transaction) return '503 MAIL first (#5.5.1)';
    const address = this.#addressIn(argument);
    if (address === undefined) return '555 syntax error (#5.5.4)';
    if (address === '') return '501 the address is empty: a recipient is needed (#5.1.3)';
    this.#transaction.recipients.push(address);
    return '250 ok';
  }

  /** @returns the reply to the message, or to a premature DATA */
  async #data(): Promise<string> {
    const transaction = this.#transaction;
    if (!transaction) return '503 MAIL first (#5.5.1)';
    if (transaction.recipients.length === 0) return '503 RCPT first (#5.5.1)';
    this.#transaction = undefined;
    this.#deps.reply('354 go ahead');
    return await this.#take(transaction);
  }

  /** @returns the reply */
  async #take({ sender, name, recipients }: Transaction): Promise<string> {
    const atMs = this.#deps.nowMs();
    const text = this.#text();
    try {
      const input = await splitMessage(text, 'no mbox lines');
      const header = readNormalHeader(input.fields, [], parts => rewriteParts(parts, this.#deps.rules));
      const lists = new Map<string, readonly ListPart[]>(header.lists);
      if (name !== undefined) lists.delete('from');
      const { idHost, rules, pid } = this.#deps;
      const top = formatNormalHeader(
        { ...header, lists },
        {
          nowMs: atMs,
          idSuffix: () => `.${++this.#messages}.${pid}.qmail@${rewriteHost(idHost, rules)}`,
          from: writeNormalAddress(sender, name),
          followupTo: [],
        },
      );
      const message = assemble(Buffer.concat([this.#receivedLine(atMs), top]), input);
      const accepted = await this.#deps.accept(message, { sender, recipients });
      if (accepted.ok) return '250 ok';
      return `${accepted.permanent ? 554 : 451} ${accepted.text}`;
    } catch (error) {
      if (error instanceof UserError) return `554 ${error.message} (#5.3.4)`;
      throw error;
    } finally {
      for await (const _ of text); // read the rest of a message that was refused early
    }
  }

  /** The message up to the single dot, with dot-stuffing removed. */
  async *#text(): AsyncGenerator<Uint8Array> {
    let atStart = true;
    for (;;) {
      const { raw, ended } = await this.#nextLine();
      const dotted = atStart && raw[0] === 0x2e;
      if (dotted && raw.length === 1 && ended) return;
      const piece = dotted ? raw.subarray(1) : raw;
      yield ended ? Buffer.concat([piece, Buffer.from('\n')]) : piece;
      atStart = ended;
    }
  }

  #receivedLine(atMs: number): Buffer {
    const { TCPREMOTEINFO: info, TCPREMOTEIP: ip = 'unknown' } = this.#deps.environment;
    const who = `${info === undefined ? '' : `${harmless(info)}@`}${harmless(ip)}`;
    return Buffer.from(`Received: (ofmipd ${who}); ${formatDate822(atMs)}\n`, 'latin1');
  }
}

/** `name NUL address`, as ofmipname writes it. */
function readName(data: Uint8Array): { sender: string; name: string } {
  const [name = '', sender] = Buffer.from(data).toString('latin1').split('\0', 2);
  if (sender === undefined) throw new Error('no address in the database');
  return { sender, name };
}

function harmless(text: string): string {
  return text.replace(/[^!-~]|[()@\\]/g, '?');
}
