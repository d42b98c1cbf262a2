// The certificate that the other end of a TLS connection showed.
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Its SHA-256 in lower-case hex. Nobody has to vouch for it: the other end has its key. @returns undefined when it showed none */
export function peerCertificateOf(secure: Socket): string | undefined {
  if (!(secure instanceof TLSSocket)) return undefined;
  return secure.getPeerX509Certificate()?.fingerprint256.replaceAll(':', '').toLowerCase();
}
