// Many SMTP clients at once; they remember which messages were answered with 250, which the host must not lose.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

export interface Load {
  readonly port: number;
  readonly clients: number;
  readonly messages: number;
  readonly sender: string;
  /** One, or all recipients of each message. */
  readonly recipient: string | readonly string[];
  /** Lines without one of a lone dot; in pieces where it is too large for memory. */
  readonly body?: string | (() => Iterable<string>);
  /** Numbers of the messages: `Subject: load-<number>`. Default: from 0. */
  readonly firstNumber?: number;
  /** Called after each 250 with how many there were. */
  readonly onAccepted?: (count: number) => void;
}

/**
 * Sends messages, each client over one connection, until all are sent or the connections die.
 * @returns the numbers of the messages that were accepted
 */
export async function sendLoad(load: Load): Promise<number[]> {
  const accepted: number[] = [];
  const numbers = Array.from({ length: load.messages }, (_, i) => (load.firstNumber ?? 0) + i).values();
  await Promise.all(Array.from({ length: load.clients }, () => client(load, numbers, accepted)));
  return accepted;
}

async function client(load: Load, numbers: Iterator<number>, accepted: number[]): Promise<void> {
  const socket = connect(load.port, '127.0.0.1').setNoDelay();
  const lines = createInterface({ input: socket });
  socket.on('error', () => socket.destroy());
  const replies = lines[Symbol.asyncIterator]();
  const reply = async (code: string): Promise<void> => {
    for (;;) {
      const { value, done } = await replies.next();
      if (done) throw new Error('connection lost');
      if (value[3] === '-') continue;
      if (value.startsWith(code)) return;
      throw new Error(`expected ${code}, got ${value}`);
    }
  };
  const send = (text: string) => socket.write(text);
  const sendPieces = async (...parts: Iterable<string>[]): Promise<void> => {
    for (const part of parts) for (const piece of part) if (!send(piece)) await once(socket, 'drain');
  };
  const recipients = [load.recipient].flat();
  try {
    await reply('220');
    send('EHLO load.example\r\n');
    await reply('250');
    for (let next = numbers.next(); !next.done; next = numbers.next()) {
      send(`MAIL FROM:<${load.sender}>\r\n`);
      await reply('250');
      for (const recipient of recipients) {
        send(`RCPT TO:<${recipient}>\r\n`);
        await reply('250');
      }
      send('DATA\r\n');
      await reply('354');
      const head = `Message-Id: <load-${next.value}@load.example>\r\nSubject: load-${next.value}\r\n\r\n`;
      const end = `\r\nthe end of ${next.value}\r\n.\r\n`;
      if (typeof load.body === 'function') await sendPieces([head], load.body(), [end]);
      else send(`${head}${load.body ?? 'Hello.'}${end}`);
      await reply('250');
      accepted.push(next.value);
      load.onAccepted?.(accepted.length);
    }
  } catch {
    // The host went away, as hosts under test do: what was accepted counts.
  } finally {
    socket.destroy();
    lines.close();
  }
}
