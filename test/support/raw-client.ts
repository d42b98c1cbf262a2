// A TCP client for dialogues: sends exactly the bytes it is given and reads line by line.
import { connect, type Socket } from 'node:net';

export interface RawClient {
  readonly socket: Socket;
  /** Writes bytes as they are; a string is a byte string. */
  send(data: string | Uint8Array): void;
  /** The next line without its CR LF; rejects when the peer closes first or nothing comes for 15 seconds. */
  line(): Promise<string>;
  /** Everything until the peer closes. */
  rest(): Promise<string>;
  /** Drops the connection without a farewell. */
  drop(): void;
}

export async function rawClient(port: number): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return clientOn(socket);
}

/** The same on a socket that is there already. @param timeoutMs how long it waits for a line */
export function clientOn(socket: Socket, timeoutMs = 15_000): RawClient {
  let text = '';
  let ended = false;
  let wake: (() => void) | undefined;
  socket.on('data', data => {
    text += data.toString('latin1');
    wake?.();
  });
  socket.on('error', () => {});
  socket.on('close', () => {
    ended = true;
    wake?.();
  });

  async function until<T>(take: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const taken = take();
      if (taken !== undefined) return taken;
      if (ended) throw new Error(`closed before ${what}; got ${JSON.stringify(text)}`);
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => {
          socket.destroy(); // else it would keep the tests from ending
          reject(new Error(`waited for ${what}; got ${JSON.stringify(text)}`));
        }, timeoutMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  return {
    socket,
    send: data => void socket.write(typeof data === 'string' ? Buffer.from(data, 'latin1') : data),
    line: () =>
      until(() => {
        const end = text.indexOf('\r\n');
        if (end < 0) return undefined;
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        return line;
      }, 'a line'),
    rest: () => until(() => (ended ? text : undefined), 'the end'),
    drop: () => void socket.resetAndDestroy(),
  };
}
