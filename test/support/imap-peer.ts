// An IMAP server with one folder, just enough for a client that fetches; a test says where it answers wrongly.
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { startTcpPeer } from './tcp-peer.ts';

interface PeerMessage {
  readonly uid: number;
  /** CR LF line ends. */
  readonly text: string;
}

export interface ImapPeer {
  readonly port: number;
  messages: PeerMessage[];
  uidNext: number;
  validity: number;
  capabilities: string;
  /** All commands, without their tags. */
  readonly asked: string[];
}

/** What a server says to a command (`* …` lines, without the tagged one) in place of the right answer; `close`: it breaks off. */
export type ImapQuirk = (command: string) => string | 'close' | undefined;

export async function startImapPeer(
  t: Pick<TestContext, 'after'>,
  messages: readonly PeerMessage[],
  quirk: ImapQuirk = () => undefined,
): Promise<ImapPeer> {
  const lines = new WeakMap<Socket, number>();
  const { port } = await startTcpPeer(t, (socket, sent) => {
    if (sent === '') return void socket.write('* OK ready\r\n');
    const all = sent.split('\r\n').slice(0, -1);
    for (const line of all.slice(lines.get(socket) ?? 0)) answer(socket, line);
    lines.set(socket, all.length);
  });
  const peer: ImapPeer = {
    port,
    messages: [...messages],
    uidNext: Math.max(0, ...messages.map(({ uid }) => uid)) + 1,
    validity: 1,
    capabilities: 'IMAP4rev1 UIDPLUS IDLE',
    asked: [],
  };

  function answer(socket: Socket, line: string): void {
    const [tag = '', ...words] = line.split(' ');
    const command = words.join(' ');
    peer.asked.push(command);
    const odd = quirk(command);
    if (odd === 'close') return void socket.destroy();
    const said = odd ?? right(command);
    // A BAD of its own replaces the result.
    socket.write(Buffer.from(said.startsWith('NO ') ? `${tag} ${said}\r\n` : `${said}${tag} OK done\r\n`, 'latin1'));
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
    if (command.startsWith('CAPABILITY')) return `* CAPABILITY ${peer.capabilities}\r\n`;
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
