// A POP3 server in memory, with the mailbox of one user: as RFC 1939 has it, except where a test says otherwise.
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import type { LoginServer } from './login/sasl-lines.ts';

interface PeerMessage {
  readonly uid: string;
  /** CR LF line ends. */
  readonly text: string;
}

export interface Pop3Peer {
  messages: PeerMessage[];
  /** All commands that came, over all connections. */
  readonly asked: string[];
  readonly serve: (stream: Duplex) => void;
  /** Undefined: it knows USER and PASS only. */
  logins: LoginServer | undefined;
}

/** What a server says to a command in place of the right answer; `close`: it breaks the connection; undefined: the right answer. */
export type Quirk = (command: string, peer: Pop3Peer) => string | 'close' | undefined;

export function pop3Peer(messages: readonly PeerMessage[], quirk: Quirk = () => undefined): Pop3Peer {
  const peer: Pop3Peer = {
    messages: [...messages],
    asked: [],
    logins: undefined,
    serve(stream) {
      const shown = [...peer.messages];
      let login: ReturnType<LoginServer['start']> | undefined;
      const deleted = new Set<number>();
      const say = (text: string) => void stream.write(Buffer.from(text, 'latin1'));
      const greeting = quirk('', peer);
      if (greeting === 'close') return void stream.destroy();
      say(greeting ?? '+OK at your service\r\n');
      const lines = createInterface({ input: stream });
      // A client that breaks the connection.
      lines.on('error', () => {});
      lines.on('line', command => {
        peer.asked.push(command);
        const [, words = ''] = /^AUTH (.*)$/.exec(command) ?? [];
        if (peer.logins && words !== '') login = peer.logins.start();
        if (login) {
          const { kind, text } = login(words === '' ? command : words);
          if (kind !== 'challenge') login = undefined;
          return say({ challenge: `+ ${text}\r\n`, success: '+OK\r\n', failure: `-ERR [AUTH] ${text}\r\n` }[kind]);
        }
        const odd = quirk(command, peer);
        if (odd === 'close') return void stream.destroy();
        if (odd !== undefined) return say(odd);
        const [verb = '', word = ''] = command.split(' ');
        const at = Number(word) - 1;
        const message = shown[at];
        const one = (text: string | undefined) => (text === undefined ? '-ERR no such message\r\n' : `+OK ${text}\r\n`);
        switch (verb) {
          case 'CAPA':
            return say(
              `+OK\r\nTOP\r\nUIDL\r\n${peer.logins ? `SASL ${peer.logins.mechanisms.join(' ')}` : 'USER'}\r\n.\r\n`,
            );
          case 'USER':
          case 'PASS':
            return say('+OK\r\n');
          case 'STAT':
            return say(`+OK ${shown.length} ${shown.reduce((sum, { text }) => sum + text.length, 0)}\r\n`);
          case 'UIDL':
            if (word !== '') return say(one(message && `${word} ${message.uid}`));
            return say(`+OK\r\n${shown.map(({ uid }, index) => `${index + 1} ${uid}\r\n`).join('')}.\r\n`);
          case 'LIST':
            if (word !== '') return say(one(message && `${word} ${message.text.length}`));
            return say(`+OK\r\n${shown.map(({ text }, index) => `${index + 1} ${text.length}\r\n`).join('')}.\r\n`);
          case 'RETR':
            return say(message ? `+OK\r\n${stuffed(message.text)}.\r\n` : '-ERR\r\n');
          case 'TOP':
            return say(message ? `+OK\r\n${stuffed(`${message.text.split('\r\n\r\n')[0]}\r\n\r\n`)}.\r\n` : '-ERR\r\n');
          case 'DELE':
            deleted.add(at);
            return say('+OK\r\n');
          case 'QUIT':
            peer.messages = peer.messages.filter(each => !deleted.has(shown.indexOf(each)));
            say('+OK bye\r\n');
            return void stream.end();
        }
        say('-ERR unknown\r\n');
      });
    },
  };
  return peer;
}

/** The text of a multi-line reply. */
export function stuffed(text: string): string {
  return text.replaceAll('\n.', '\n..').replace(/^\./, '..');
}

/** A message as a provider has it. */
export function providersMessage(subject: string, more: readonly string[] = [], body = 'text\r\n'): string {
  const fields = [
    'Return-Path: <ann@sender.example>',
    ...more,
    'From: ann@sender.example',
    `Subject: ${subject}`,
    `Message-ID: <${subject}@sender.example>`,
  ];
  return `${fields.join('\r\n')}\r\n\r\n${body}`;
}
