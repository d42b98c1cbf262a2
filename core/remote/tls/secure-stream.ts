// A connection within TLS that keeps to its terms; or the report that says why there is none.
import type { Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { HandshakeFailed, type Secured, secure } from '../../conversation/tls-client.ts';
import type { Clock } from '../../lib/clock.ts';
import type { SessionTls } from '../../paper-path/outcome.ts';
import { elsewhere, type MessageReport, putOff } from '../outcome-of-replies.ts';
import { objectionTo, verdictOn } from './check-certificate.ts';
import type { TlsTerms } from './terms.ts';

/** What TLS to a server needs. */
export interface TlsSetup {
  /** The server's address for reports. */
  readonly ip: string;
  /** The server's name in MX records or routes, or its address. */
  readonly host: string;
  readonly terms: TlsTerms;
  readonly context: SecureContext;
  readonly clock: Clock;
  readonly timeoutMs: number;
}

/** The connection; or it is closed, and this is why. */
export type SecureStream =
  | { readonly kind: 'secure'; readonly stream: TLSSocket; readonly tls: SessionTls }
  | { readonly kind: 'refused'; readonly report: MessageReport };

/** Starts TLS on a new connection. Never throws. */
export async function openSecureStream(socket: Socket, setup: TlsSetup): Promise<SecureStream> {
  try {
    return judged(await secure(socket, setup), setup);
  } catch (error) {
    socket.destroy();
    return { kind: 'refused', report: handshakeFailed(setup, error) };
  }
}

/** Looks at the certificate: nothing has been sent yet. */
export function judged({ socket, ...shown }: Secured, { ip, host, terms }: TlsSetup): SecureStream {
  const { version, cipher } = shown;
  const verdict = verdictOn(shown, host, terms.check);
  const objection = objectionTo(verdict, terms.check);
  if (objection === undefined) return { kind: 'secure', stream: socket, tls: { version, cipher, ...verdict } };
  socket.destroy();
  const why = `Connected to ${ip} but its certificate cannot be verified: ${objection}.${askedBy(terms)}`;
  return { kind: 'refused', report: elsewhere(putOff(why, '4.7.5')) };
}

/** The report for TLS that did not come about. */
export function handshakeFailed({ ip, terms }: Pick<TlsSetup, 'ip' | 'terms'>, error: unknown): MessageReport {
  const why = error instanceof HandshakeFailed ? error.message : 'of an error here';
  return elsewhere(putOff(`Connected to ${ip} but TLS failed: ${why}.${askedBy(terms)}`, '4.7.5'));
}

/** The report for a server that cannot have TLS. */
export function notOffered({ ip, terms }: Pick<TlsSetup, 'ip' | 'terms'>): MessageReport {
  return elsewhere(putOff(`Connected to ${ip} but it does not offer TLS.${askedBy(terms)}`, '4.7.10'));
}

/** What the owner can change. */
export function askedBy({ by }: Pick<TlsTerms, 'by'>): string {
  return by === undefined ? '' : ` TLS is required by ${by}.`;
}
