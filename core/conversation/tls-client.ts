// TLS on the side that connects: over a connection just opened, or after STARTTLS (RFC 3207). Whether the server's certificate
// is good enough is for the caller to say; nothing is sent over the connection before it has said so.
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type SecureContext, type TLSSocket } from 'node:tls';
import type { Clock } from '../lib/clock.ts';
import type { Channel } from './channel.ts';
import type { SmtpReply } from './smtp-reply.ts';
import { handshakeReason, type Shown } from './tls-reasons.ts';

/** TLS did not come about: the handshake failed, was cut off, or took too long. The connection is closed. */
export class HandshakeFailed extends Error {}

/** What a handshake needs. */
export interface TlsClientOptions {
  /** The server's name, which it is told (SNI) unless it is an address. */
  readonly host: string;
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** CAs, ciphers, a certificate of our own; made with `noRenegotiation`. */
  readonly context: SecureContext;
  /** Of an earlier connection to the same server on the same terms: TLS that is resumed costs fewer bytes. */
  readonly session?: Buffer | undefined;
  /** The server allows this connection to be resumed; perhaps called several times, and later. */
  readonly onSession?: (session: Buffer) => void;
}

/** A connection within TLS. */
export interface Secured extends Shown {
  readonly socket: TLSSocket;
  /** As OpenSSL names them: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
  readonly version: string;
  readonly cipher: string;
  /** It goes on where an earlier one was, whose certificate was looked at then. */
  readonly isResumed: boolean;
}

/** A server could make the handshake as long as the longest reply. */
const longestHandshakeMs = 60_000;

/** Starts TLS. @throws HandshakeFailed */
export function secure(beneath: Duplex, options: TlsClientOptions): Promise<Secured> {
  const { host, clock, timeoutMs, context, session, onSession = () => {} } = options;
  return new Promise((resolve, reject) => {
    // A connection that ended in the meantime says so to nobody else.
    beneath.on('error', () => {});
    const socket = connect({
      secureContext: context,
      socket: beneath,
      ...(isServerName(host) && { servername: host }),
      ...(session && { session }),
      // The caller looks at the certificate.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    const cancel = clock.after(Math.min(timeoutMs, longestHandshakeMs), () => fail('timed out'));
    const onError = (error: Error): void => fail(handshakeReason(error));
    const onClose = (): void => fail('closed by the server');
    function fail(why: string): void {
      cancel();
      socket.destroy();
      beneath.destroy();
      reject(new HandshakeFailed(why));
    }
    socket.on('session', onSession);
    socket.on('error', onError);
    socket.on('close', onClose);
    socket.once('secureConnect', () => {
      cancel();
      socket.off('error', onError).off('close', onClose);
      socket.on('error', () => {});
      resolve({
        socket,
        version: socket.getProtocol() ?? '?',
        cipher: socket.getCipher().standardName,
        isResumed: socket.isSessionReused(),
        certificate: socket.getPeerX509Certificate(),
        chainError: socket.authorized ? undefined : String(socket.authorizationError),
      });
    });
  });
}

/** RFC 6066 section 3: a name of the DNS, and no address. */
function isServerName(host: string): boolean {
  return isIP(host) === 0 && /^[A-Za-z0-9._-]+$/.test(host) && !host.startsWith('[');
}

/** After STARTTLS: TLS has started, or the server refused it, and the connection is as it was. */
export type StartedTls = { readonly kind: 'secured'; readonly secured: Secured } | Refused;

interface Refused {
  readonly kind: 'refused';
  readonly reply: SmtpReply;
}

/**
 * Asks for TLS and starts it. Everything that was said before must be forgotten, and said again.
 * @throws ConnectionDied @throws HandshakeFailed
 * @throws UnaskedBytes when something came between the reply and the handshake: it could be taken for a reply within TLS
 */
export async function startTls(channel: Channel, options: TlsClientOptions): Promise<StartedTls> {
  await channel.write('STARTTLS\r\n');
  const reply = await channel.reply();
  if (reply.code !== 220) return { kind: 'refused', reply };
  return { kind: 'secured', secured: await secure(channel.detach(), options) };
}
