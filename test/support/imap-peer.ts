// An IMAP server with one folder, just enough for a client that fetches; a test says where it answers wrongly.
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { LoginServer } from './login/sasl-lines.ts';

interface PeerMessage {
  readonly uid: number;
  /** CR LF line ends. */
  readonly text: string;
}

export interface ImapPeer {
  messages: PeerMessage[];
  uidNext: number;
  validity: number;
  capabilities: string;
  /** All commands, without their tags. */
  readonly asked: string[];
  readonly serve: (stream: Duplex) => void;
  /** Undefined: it knows LOGIN only. */
  logins: LoginServer | undefined;
}

/** What a server says to a command (`* …` lines, without the tagged one) in place of the right answer, and to nothing, its greeting; `close`: it breaks off, `silent`: it says nothing. */
export type ImapQuirk = (command: string) => string | 'close' | 'silent' | undefined;

export function imapPeer(messages: readonly PeerMessage[], quirk: ImapQuirk = () => undefined): ImapPeer {
  const peer: ImapPeer = {
    messages: [...messages],
    uidNext: Math.max(0, ...messages.map(({ uid }) => uid)) + 1,
    validity: 1,
    capabilities: 'IMAP4rev1 UIDPLUS IDLE',
    asked: [],
    logins: undefined,
    serve(stream) {
      const greeting = quirk('');
      if (greeting === 'close') return void stream.destroy();
      if (greeting === 'silent') return;
      stream.write(Buffer.from(greeting ?? '* OK ready\r\n', 'latin1'));
      const lines = createInterface({ input: stream });
      // A client that breaks the connection.
      lines.on('error', () => {});
      let login: { readonly tag: string; readonly say: ReturnType<LoginServer['start']> } | undefined;
      lines.on('line', line => {
        const [, tag = '', words = ''] = /^(\S+) AUTHENTICATE (.*)$/.exec(line) ?? [];
        if (peer.logins && words !== '') login = { tag, say: peer.logins.start() };
        if (!login) return answer(stream, line);
        peer.asked.push(words === '' ? line : `AUTHENTICATE ${words}`);
        const { kind, text } = login.say(words === '' ? line : words);
        if (kind === 'challenge') return void stream.write(`+ ${text}\r\n`);
        stream.write(
          kind === 'success' ? `${login.tag} OK in\r\n` : `${login.tag} NO [AUTHENTICATIONFAILED] ${text}\r\n`,
        );
        login = undefined;
      });
    },
  };

  function answer(stream: Duplex, line: string): void {
    const [tag = '', ...words] = line.split(' ');
    const command = words.join(' ');
    peer.asked.push(command);
    const odd = quirk(command);
    if (odd === 'close') return void stream.destroy();
    if (odd === 'silent') return;
    const said = odd ?? right(command);
    // A BAD of its own replaces the result.
    stream.write(Buffer.from(said.startsWith('NO ') ? `${tag} ${said}\r\n` : `${said}${tag} OK done\r\n`, 'latin1'));
  }

  function right(command: string): string {
    const fetched = /^UID FETCH ([\d,:*]+) \((.*)\)$/.exec(command);
    if (fetched)
      return chosen(fetched[1] ?? '')
        .map(message => fetchLine(message, fetched[2] ?? ''))
        .join('');
    const expunged = /^UID EXPUNGE ([\d,]+)$/.exec(command);
    if (expunged) {
      const gone = new Set((expunged[1] ?? '').split(',').map(Number));
      peer.messages = peer.messages.filter(({ uid }) => !gone.has(uid));
    }
    if (command.startsWith('CAPABILITY')) {
      const mechanisms = peer.logins?.mechanisms.map(name => ` AUTH=${name}`) ?? [];
      return `* CAPABILITY ${peer.capabilities}${mechanisms.join('')}\r\n`;
    }
    if (command.startsWith('LIST')) return '* LIST () "/" INBOX\r\n';
    if (/^(SELECT|EXAMINE) /.test(command)) {
      const { length } = peer.messages;
      return `* FLAGS (\\Deleted)\r\n* OK [PERMANENTFLAGS (\\Deleted)]\r\n* ${length} EXISTS\r\n* OK [UIDVALIDITY ${peer.validity}]\r\n* OK [UIDNEXT ${peer.uidNext}]\r\n`;
    }
    return '';
  }

  function chosen(range: string): PeerMessage[] {
    const [from = 0, to = from] = range.split(':').map(Number);
    return peer.messages.filter(({ uid }) => uid >= from && uid <= to);
  }

  function fetchLine({ uid, text }: PeerMessage, items: string): string {
    const number = peer.messages.findIndex(one => one.uid === uid) + 1;
    const partial = /BODY\.PEEK\[(HEADER)?\]<(\d+)\.(\d+)>/.exec(items);
    if (!partial) return `* ${number} FETCH (UID ${uid} RFC822.SIZE ${text.length})\r\n`;
    const [, section = '', start, length] = partial;
    const whole = section === '' ? text : `${text.split('\r\n\r\n')[0]}\r\n\r\n`;
    const part = whole.slice(Number(start), Number(start) + Number(length));
    return `* ${number} FETCH (UID ${uid} BODY[${section}]<${start}> {${part.length}}\r\n${part})\r\n`;
  }

  return peer;
}
