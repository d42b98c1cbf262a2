// Whether the certificate that a server showed is good enough.
import { isIP } from 'node:net';
import type { Secured } from '../../conversation/tls-client.ts';
import type { CertificateCheck } from './terms.ts';

/** What is known of a certificate; `why`: what is wrong with it, for people. */
export type Verdict = { readonly verified: true } | { readonly verified: false; readonly why: string };

/** Whether somebody known vouches for it and it names the server, asked for or not. */
export function verdictOn(
  { certificate, chainError }: Pick<Secured, 'certificate' | 'chainError'>,
  host: string,
): Verdict {
  if (!certificate) return { verified: false, why: 'the server showed no certificate' };
  if (chainError !== undefined) return { verified: false, why: chainWords[chainError] ?? chainError };
  const name = host.replace(/^\[|\]$/g, '');
  const names = isIP(name) === 0 ? certificate.checkHost(name, { partialWildcards: false }) : certificate.checkIP(name);
  return names === undefined ? { verified: false, why: `the certificate is not for ${name}` } : { verified: true };
}

/** @returns why the connection must not be used; undefined: it may */
export function objectionTo(verdict: Verdict, check: CertificateCheck): string | undefined {
  return check.kind === 'none' || verdict.verified ? undefined : verdict.why;
}

const chainWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'the certificate is signed by an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the certificate is signed by an unknown authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate is signed by an unknown authority, or its chain is not complete',
};
