// A mail server that sends what a test tells it to send, and records every byte that it receives.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { createSecureContext, type SecureContextOptions, TLSSocket } from 'node:tls';

/** A reply without its last CR LF; `drop` closes the connection instead; a list is used up one by one. */
type Answer = string | readonly string[];

export interface PeerScript {
  greeting?: Answer;
  /** Default: 250 with no extensions. Lines are separated by CR LF. */
  ehlo?: Answer;
  helo?: Answer;
  mail?: Answer;
  rcpt?: Answer;
  /** How many recipients a transaction may have: 452 for those after them. */
  mostRecipients?: number;
  rset?: Answer;
  data?: Answer;
  /** The reply after the octets of BDAT; `not known`: those are taken for commands. Default: as `dot`. */
  bdat?: Answer | 'not known';
  /** The reply after the final dot. */
  dot?: Answer;
  /** The reply to STARTTLS; after 220 TLS starts, and what was sent before is forgotten. Default: STARTTLS is unknown. */
  starttls?: Answer;
  /** The certificate, its key and what else TLS needs; default: the peer cannot do it. */
  tls?: SecureContextOptions;
  /** Clients are asked for a certificate. */
  requestCert?: boolean;
  /** Called when TLS has started. */
  onTls?: (secure: TLSSocket) => void;
  /** What happens after 220 in place of TLS; the socket has no other reader. */
  insteadOfTls?: (socket: Socket) => void;
  /** TLS from the first byte. */
  implicit?: boolean;
  /** Within TLS: the reply to EHLO; default: as in the clear. */
  ehloWithinTls?: Answer;
  /** Answers AUTH and the lines after it, while it says that there are more; default: AUTH is unknown. */
  login?: () => (line: string) => LoginLine;
  /** Said, and the connection closed, as soon as this many bytes of the message are there. */
  interrupt?: { afterBytes: number; reply: string };
}

/** The answer to a line of a login. */
export interface LoginLine {
  readonly reply: string;
  /** The next line belongs to the login too. */
  readonly more: boolean;
}

export interface PeerSession {
  /** Commands without their CR LF, byte strings. */
  readonly commands: string[];
  /** How many commands lay there when the first of them was answered: more than one means pipelining. */
  readonly batches: number[];
  /** The DATA phase as it came, with dots and final dot; undefined: none was sent. */
  wire: string | undefined;
  /** TLS has started; `servername`: the name that the client asked for. */
  tls: { readonly servername: string | undefined } | undefined;
  /** Every message whose final dot came, in order, with the recipients that were accepted. */
  readonly messages: { readonly recipients: readonly string[]; readonly wire: string }[];
}

export interface SmtpPeer {
  readonly port: number;
  readonly sessions: PeerSession[];
  /** How many connections are open. */
  connected(): number;
  /** Answers nothing for a while; what it would have said is said when it speaks again. */
  setSilent(silent: boolean): void;
  /** Ends all connections, with a last word if one is given. */
  hangUp(farewell?: string): void;
}

const defaults = {
  greeting: '220 peer.example ESMTP',
  ehlo: '250 peer.example',
  helo: '250 peer.example',
  mail: '250 ok',
  rcpt: '250 ok',
  rset: '250 ok',
  data: '354 go ahead',
  starttls: '220 go ahead',
  ehloWithinTls: '250 peer.example',
  dot: '250 ok queued',
  bdat: '250 ok queued',
} as const;

export async function startPeer(
  t: TestContext,
  script: PeerScript = {},
  host = '127.0.0.1',
  port = 0,
): Promise<SmtpPeer> {
  const sessions: PeerSession[] = [];
  const sockets = new Set<Socket>();
  const used = new Map<string, number>();
  let silent = false;
  let unsaid: (() => void)[] = [];
  const setSilent = (now: boolean): void => {
    silent = now;
    const late = unsaid;
    unsaid = [];
    for (const saying of late) saying();
  };
  function answerTo(what: keyof typeof defaults): string {
    const answer = script[what] ?? defaults[what];
    if (typeof answer === 'string') return answer;
    const at = used.get(what) ?? 0;
    used.set(what, at + 1);
    return answer[at] ?? 'drop';
  }

  const server = createServer(socket => {
    sockets.add(socket);
    const session: PeerSession = { commands: [], batches: [], wire: undefined, tls: undefined, messages: [] };
    sessions.push(session);
    let buffered = '';
    let inData = false;
    let login: ReturnType<NonNullable<PeerScript['login']>> | undefined;
    let recipients: string[] = [];
    let pieces: string[] = [];
    let length = 0;
    let seen = '';
    const say = (reply: string): void => {
      if (silent) unsaid.push(() => say(reply));
      else if (reply === 'drop') socket.destroy();
      else wire.write(`${reply}\r\n`);
    };
    let wire: Socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', received);
    function received(data: Buffer): void {
      // Said its last word: what still comes is read and forgotten.
      if (wire.writableEnded) return;
      buffered += data.toString('latin1');
      session.batches.push(inData ? 0 : buffered.split('\r\n').length - 1);
      while (read()) if (socket.destroyed) return;
    }

    /** From here on everything goes through TLS. */
    function startTls(): TLSSocket {
      socket.off('data', received);
      const secure = new TLSSocket(socket, {
        isServer: true,
        secureContext: createSecureContext(script.tls),
        requestCert: script.requestCert ?? false,
      });
      buffered = '';
      wire = secure;
      secure.on('error', () => {});
      secure.on('data', received);
      secure.once('secure', () => {
        script.onTls?.(secure);
        session.tls = { servername: (secure as { servername?: string | false }).servername || undefined };
      });
      return secure;
    }

    function read(): boolean {
      if (inData) return readMessage();
      const end = buffered.indexOf('\r\n');
      if (end < 0) return false;
      const command = buffered.slice(0, end);
      buffered = buffered.slice(end + 2);
      session.commands.push(command);
      if (/^MAIL/i.test(command)) recipients = [];
      const verb = command.slice(0, 4).toLowerCase();
      if (verb === 'auth') login = script.login?.();
      if (login) {
        const { reply, more } = login(command);
        if (!more) login = undefined;
        say(reply);
      } else if (verb === 'quit') wire.end('221 bye\r\n');
      else if (verb === 'star' && script.starttls !== undefined) {
        const reply = answerTo('starttls');
        say(reply);
        if (reply.startsWith('220') && script.insteadOfTls) {
          socket.off('data', received);
          script.insteadOfTls(socket);
        } else if (reply.startsWith('220') && script.tls) startTls();
      } else if (verb === 'ehlo' && session.tls && script.ehloWithinTls) say(answerTo('ehloWithinTls'));
      else if (verb === 'bdat' && script.bdat === 'not known') say('502 unknown');
      else if (verb === 'bdat') {
        const octets = Number(command.split(' ')[1]);
        if (buffered.length < octets) {
          session.commands.pop();
          buffered = `${command}\r\n${buffered}`;
          return false;
        }
        session.wire = buffered.slice(0, octets);
        buffered = buffered.slice(octets);
        if (recipients.length > 0) session.messages.push({ recipients, wire: session.wire });
        say(recipients.length > 0 ? answerTo(script.bdat === undefined ? 'dot' : 'bdat') : '554 no valid recipients');
      } else if (verb === 'rcpt') {
        const isFull = recipients.length >= (script.mostRecipients ?? Number.POSITIVE_INFINITY);
        const reply = isFull ? '452 too many recipients' : answerTo('rcpt');
        if (reply.startsWith('2')) recipients.push(...(/^RCPT TO:<(.*)>/i.exec(command)?.slice(1) ?? []));
        say(reply);
      } else if (verb in defaults) {
        const reply = answerTo(verb as keyof typeof defaults);
        inData = verb === 'data' && reply.startsWith('354');
        if (inData) session.wire = '';
        [pieces, length, seen] = [[], 0, '\r\n'];
        say(reply);
      } else say('502 unknown');
      return true;
    }

    /** The message is a list of pieces until its end, which may lie across two of them, is found. */
    function readMessage(): boolean {
      const search = seen + buffered;
      const end = search.indexOf('\r\n.\r\n');
      const taken = end < 0 ? buffered.length : end + 5 - seen.length;
      pieces.push(buffered.slice(0, taken));
      length += taken;
      buffered = buffered.slice(taken);
      seen = search.slice(-4);
      if (script.interrupt && length >= script.interrupt.afterBytes) {
        session.wire = pieces.join('');
        wire.end(`${script.interrupt.reply}\r\n`);
        return false;
      }
      if (end < 0) return false;
      session.wire = pieces.join('');
      session.messages.push({ recipients, wire: session.wire });
      inData = false;
      say(answerTo('dot'));
      return true;
    }

    if (script.implicit) startTls();
    say(answerTo('greeting'));
  });
  server.listen(port, host);
  await once(server, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const hangUp = (farewell?: string): void => {
    for (const socket of sockets) socket.end(farewell === undefined ? '' : `${farewell}\r\n`);
  };
  return { port: (server.address() as AddressInfo).port, sessions, connected: () => sockets.size, setSilent, hangUp };
}
