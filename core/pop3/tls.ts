// TLS on an existing connection: from its start (POP3S), or after STLS (RFC 2595).
import type { Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { watchHandshake } from '../lib/net/tls-handshake.ts';
import type { RecordSocket } from '../listen/session-recorder.ts';
import type { TlsFiles } from '../listen/tls-files.ts';

/**
 * The connection must have no other readers.
 * @throws Error when the client leaves, or the handshake fails or takes too long
 */
export async function startTls(socket: Socket, files: TlsFiles, record?: RecordSocket): Promise<TLSSocket> {
  socket.setTimeout(0);
  const secure = new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(files) });
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
