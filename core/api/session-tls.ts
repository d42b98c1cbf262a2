// The TLS of a delivery to another host, and its sentence, which the window and the command line share.
import * as v from 'valibot';

export const SessionTls = v.object({
  /** As OpenSSL names them: `TLSv1.3`, `TLS_AES_256_GCM_SHA384`. */
  version: v.string(),
  cipher: v.string(),
  /** `verified`: CAs vouch for it, and it has the name that was asked for; `pinned`: it has the fingerprint; `dane`: the DNS does. */
  certificate: v.picklist(['verified', 'pinned', 'dane', 'unverified']),
  /** Why it is not verified; empty: it is. */
  why: v.string(),
});
export type SessionTls = v.InferOutput<typeof SessionTls>;

/** `TLS 1.3, certificate verified` */
export function tlsText({ version, certificate, why }: SessionTls): string {
  const name = version.replace(/^TLSv/, 'TLS ');
  if (certificate === 'verified') return `${name}, certificate verified`;
  if (certificate === 'dane') return `${name}, certificate as in the DNS (DANE)`;
  if (certificate === 'pinned') return `${name}, certificate pinned`;
  return `${name}, certificate not verified${why === '' ? '' : `: ${why}`}`;
}
