// Lists of messages in memory, and servers that take them over a stream in memory, for what sends a Maildir over a link.
import { type Duplex, duplexPair } from 'node:stream';
import type { Converse } from '../../core/link/serial/conversations.ts';
import type { MessageList, SerialResult } from '../../core/link/serial/send-list.ts';
import type { SerialMessage } from '../../core/link/serial/serial-message.ts';

/** What a message is made of; the rest is made up. */
export interface MessageParts {
  readonly name: string;
  readonly sender?: string;
  readonly recipient?: string;
  readonly text?: string;
}

export function memoryMessage({ name, sender = 'a@b.example', recipient = 'c@d.example', text = 'x\n' }: MessageParts) {
  const raw = Buffer.from(text, 'latin1');
  return {
    name,
    sender,
    recipient,
    sizeBytes: raw.length,
    complete: raw.length === 0 || text.endsWith('\n'),
    async *pieces() {
      yield raw;
    },
    [Symbol.asyncDispose]: async () => {},
  } satisfies SerialMessage;
}

export function memoryList(messages: readonly MessageParts[]): MessageList {
  const left = messages.map(memoryMessage);
  return { next: async () => left.shift() };
}

/** What came of sending: results by name, and why the conversation ended early. */
export interface Sending {
  readonly results: ReadonlyMap<string, SerialResult>;
  readonly error: string | undefined;
}

/** Sends a list to a server in memory. */
export async function sendTo(
  server: (stream: Duplex) => void,
  converse: Converse,
  list: MessageList,
): Promise<Sending> {
  const [client, far] = duplexPair();
  client.on('error', () => {});
  far.on('error', () => {});
  server(far);
  const results = new Map<string, SerialResult>();
  const error = await converse(client, list, (name, result) => void results.set(name, result)).then(
    () => undefined,
    (reason: Error) => reason.message,
  );
  // What was written last may be on its way.
  await new Promise(resolve => setImmediate(resolve));
  far.destroy();
  return { results, error };
}

/** The same, by a server that says its replies one after the other, each to one command, and notes what it is sent. */
export function smtpReplies(replies: readonly string[], heard: string[] = []): (stream: Duplex) => void {
  const left = [...replies];
  return stream => {
    const say = () => {
      const reply = left.shift();
      if (reply === undefined) stream.end();
      else stream.write(`${reply}\r\n`, 'latin1');
    };
    let text = '';
    let inData = false;
    say();
    stream.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        heard.push(line);
        if (inData && line !== '.') continue;
        if (!inData && line === 'DATA') inData = left[0]?.startsWith('354') ?? false;
        else inData = false;
        say();
      }
    });
  };
}

/**
 * An SMTP server that takes everything, and counts what came whole.
 * @param refuses what it answers to a message that it does not take; undefined: it takes it
 */
export function acceptingSmtp(
  accepted: string[],
  extensions = 'PIPELINING',
  refuses: (message: string) => string | undefined = () => undefined,
  isGreeted = false,
): (stream: Duplex) => void {
  return stream => {
    let text = '';
    let data: string[] | undefined;
    if (!isGreeted) stream.write('220 far.example\r\n');
    stream.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (data && line !== '.') data.push(line);
        else if (data) {
          const message = data.join('\n');
          data = undefined;
          const refusal = refuses(message);
          if (refusal === undefined) accepted.push(message);
          stream.write(`${refusal ?? '250 taken'}\r\n`);
        } else if (line.startsWith('EHLO')) stream.write(`250-far.example\r\n250 ${extensions}\r\n`);
        else if (line === 'DATA') {
          data = [];
          stream.write('354 go ahead\r\n');
        } else if (line === 'QUIT') stream.end('221 bye\r\n');
        else stream.write('250 ok\r\n');
      }
    });
  };
}

/** A QMTP server that does the same. */
export function acceptingQmtp(
  accepted: string[],
  refuses: (message: string) => string | undefined = () => undefined,
): (stream: Duplex) => void {
  return stream => {
    let text = '';
    let parts: string[] = [];
    stream.on('data', (piece: Buffer) => {
      text += piece.toString('latin1');
      for (;;) {
        const colon = text.indexOf(':');
        const length = Number(text.slice(0, colon));
        if (colon < 0 || text.length < colon + length + 2) return;
        parts.push(text.slice(colon + 1, colon + 1 + length));
        text = text.slice(colon + length + 2);
        if (parts.length < 3) continue;
        const message = (parts[0] ?? '').slice(1, -1);
        parts = [];
        const refusal = refuses(message);
        if (refusal === undefined) accepted.push(message);
        const reply = refusal ?? 'Ktaken';
        stream.write(`${reply.length}:${reply},`);
      }
    });
    stream.on('end', () => stream.end());
  };
}

/** Lets only so many bytes through towards the server, and so many back; then both sides are cut off. */
export function cutAfter(towards: number, back: number, server: (stream: Duplex) => void): (stream: Duplex) => void {
  return stream => {
    const [inner, far] = duplexPair();
    inner.on('error', () => {});
    far.on('error', () => {});
    const cut = () => {
      stream.destroy();
      inner.destroy();
    };
    relay(stream, inner, towards, cut);
    relay(inner, stream, back, cut);
    server(far);
  };
}

function relay(from: Duplex, to: Duplex, limit: number, cut: () => void): void {
  let left = limit;
  from.on('data', (piece: Buffer) => {
    const passed = piece.subarray(0, left);
    left -= passed.length;
    if (passed.length > 0) to.write(passed);
    if (left === 0) setImmediate(cut);
  });
  from.on('end', () => to.end());
}
