// A TLS client that asks for handshakes again and again, each of which costs the server more than the client.
import type { TLSSocket } from 'node:tls';

/** Asks for a second handshake, as TLS 1.2 allows. @returns why there was none; undefined: there was one */
export function renegotiate(secure: TLSSocket): Promise<string | undefined> {
  return new Promise(resolve => {
    secure.on('error', error => resolve(error.message));
    secure.once('close', () => resolve('closed'));
    secure.renegotiate({}, error => resolve(error?.message));
  });
}
