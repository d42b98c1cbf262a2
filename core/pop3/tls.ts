// TLS on an existing connection: from its start (POP3S), or after STLS (RFC 2595).
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { noRenegotiation } from '../lib/net/no-renegotiation.ts';
import { watchHandshake } from '../lib/net/tls-handshake.ts';
import type { RecordSocket } from '../listen/session-recorder.ts';
import type { TlsFiles } from '../listen/tls-files.ts';

/**
 * The connection must have no other readers.
 * @throws Error when the client leaves, or the handshake fails or takes too long
 */
export async function startTls(socket: Socket, files: TlsFiles, record?: RecordSocket): Promise<TLSSocket> {
  socket.setTimeout(0);
  const secureContext = createSecureContext({ ...files, secureOptions: noRenegotiation });
  const secure = new TLSSocket(socket, { isServer: true, secureContext });
  record?.(secure);
  let reason = 'the client left';
  secure.on('error', error => {
    reason = error.message;
    secure.destroy();
  });
  watchHandshake(secure, socket);
  await new Promise<void>((resolve, reject) => {
    secure.once('secure', resolve);
    secure.once('close', () => reject(new Error(`no TLS: ${reason}`)));
  });
  return secure;
}
