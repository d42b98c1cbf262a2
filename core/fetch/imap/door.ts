// imapflow opens its connection itself, and takes none that is open. So it gets one to a socket of this process, behind which is the
// session at the server, within TLS and logged in (`log-in.ts`). On the way what the server sends is counted: a server that
// sends without end is given up.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline, Transform } from 'node:stream';
import { reasonOf } from '../../lib/user-error.ts';
import type { Connection } from '../connect.ts';
import { FetchFailure } from '../failure.ts';

export interface Door {
  /** A socket that takes one connection. */
  readonly path: string;
  /** So many bytes may come until this is called again. */
  allow(bytes: number): void;
  /** Why there is no connection any more; undefined: there is one, or it was closed from this side. */
  readonly failure: FetchFailure | undefined;
  close(): void;
}

/** RFC 9051 section 7.1.4: nobody needs to log in. */
const greeting = '* PREAUTH ready\r\n';

/** @param host for people */
export async function openDoor(behind: Connection, host: string): Promise<Door> {
  const { stream } = behind;
  const place = placeForSocket();
  let failure: FetchFailure | undefined;
  let left = 0;
  const broke = (cause: unknown, why = `the connection to ${host} broke: ${reasonOf(cause)}`) => {
    failure ??= cause instanceof FetchFailure ? cause : new FetchFailure('unable', why, cause);
  };
  const meter = new Transform({
    transform(piece: Buffer, _encoding, pass) {
      left -= piece.length;
      if (left >= 0) pass(null, piece);
      else pass(new FetchFailure('unable', `${host} answers with more than was asked for`));
    },
  });

  const server = createServer(front => {
    server.close();
    place.remove();
    front.on('error', () => {}).write(greeting);
    pipeline(stream, meter, front, error => {
      broke(error, `${host} has closed the connection`);
      behind.close();
    });
    pipeline(front, stream, () => front.destroy());
  });
  // What happens to the connection is said to nobody else.
  stream.on('error', broke);
  server.listen(place.path);
  await once(server, 'listening');
  return {
    path: place.path,
    allow(bytes) {
      left = bytes;
    },
    get failure() {
      return failure;
    },
    close() {
      server.close();
      place.remove();
      behind.close();
    },
  };
}

/** Where nobody but the host's user can connect. */
function placeForSocket(): { readonly path: string; remove(): void } {
  if (process.platform === 'win32') return { path: `\\\\.\\pipe\\waypost-${randomUUID()}`, remove() {} };
  const directory = mkdtempSync(join(tmpdir(), 'waypost-'));
  return { path: join(directory, 'imap'), remove: () => rmSync(directory, { recursive: true, force: true }) };
}
