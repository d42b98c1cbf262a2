// Records the sessions of clients whose access rule says RECORDIO="1", in recordio's format, without passwords. It reads the
// clear text: on the connection, and on TLS over it.
import type { Socket } from 'node:net';
import type { LogLine } from '../lib/log.ts';
import { type Direction, recordOf, recordOfEnd } from '../ucspi/record.ts';
import { createPasswordHider } from './hide-passwords.ts';

/** Records what goes over a socket; called again for TLS over it. */
export type RecordSocket = (socket: Socket) => void;

/** Per client: a message of a gigabyte does not fill the log. */
const longestBytes = 1024 * 1024;
const longestLineBytes = 4096;

/** @param name of the client in the record: `smtpd 17` */
export function createSessionRecorder(name: string, line: LogLine): RecordSocket {
  const secrets = createPasswordHider();
  let leftBytes = longestBytes;

  function write(direction: Direction, text: string): void {
    if (leftBytes <= 0) return;
    leftBytes -= text.length;
    const lines = recordOf(Buffer.from(text, 'latin1'), name, direction).toString('latin1');
    for (const one of lines.split('\n').slice(0, -1)) line(one);
    if (leftBytes <= 0) line(`${name} [the rest is not recorded]`);
  }

  /** Collects whole lines, as the start of a line shows whether it contains a password. */
  function inLines(direction: Direction, tell: (text: string, rest: boolean) => string) {
    let held = '';
    let isRest = false;
    const say = (text: string, end: string): void => write(direction, tell(text, isRest) + end);
    return {
      take(piece: Uint8Array): void {
        if (leftBytes <= 0 && direction === '>') return;
        const pieces = (held + Buffer.from(piece).toString('latin1')).split('\n');
        held = pieces.pop() ?? '';
        for (const text of pieces) {
          say(text, '\n');
          isRest = false;
        }
        if (held.length <= longestLineBytes) return;
        say(held, '');
        held = '';
        isRest = true;
      },
      end(): void {
        if (held !== '') say(held, '');
        held = '';
        if (leftBytes > 0) line(recordOfEnd(name, direction).trimEnd());
      },
    };
  }

  const client = inLines('<', secrets.fromClient);
  const server = inLines('>', secrets.fromServer);

  return socket => {
    const push = socket.push.bind(socket);
    socket.push = (piece, encoding) => {
      if (piece === null) client.end();
      else client.take(Buffer.from(piece, encoding));
      return push(piece, encoding);
    };
    const { _write: one, _writev: several } = socket;
    socket._write = (piece, encoding, done) => {
      server.take(Buffer.from(piece, encoding));
      one.call(socket, piece, encoding, done);
    };
    socket._writev = (pieces, done) => {
      for (const { chunk, encoding } of pieces) server.take(Buffer.from(chunk, encoding));
      several?.call(socket, pieces, done);
    };
    socket.once('close', server.end);
  };
}
