// Whether the certificate that a server showed is good enough for the terms of the connection.
import { createHash, type X509Certificate } from 'node:crypto';
import { certificateFault, type Shown } from '../../conversation/tls-reasons.ts';
import type { SessionTls } from '../../paper-path/outcome.ts';
import { daneObjection } from '../dane/match-certificate.ts';
import type { CertificateCheck, ChainCheck } from './terms.ts';

/** What is known of a certificate. */
type Verdict = Pick<SessionTls, 'certificate' | 'why'>;

/**
 * Looks at the certificate, also where the terms do not ask for it.
 * @param host the name by which the server was found
 */
export function verdictOn(shown: Shown, host: string, check: CertificateCheck): Verdict {
  const { certificate } = shown;
  if (check.kind === 'pin' && certificate) {
    return isPinned(certificate, check) ? { certificate: 'pinned' } : unverified(notPinned);
  }
  if (check.kind === 'dane' && certificate) {
    const why = daneObjection(certificate, check);
    return why === undefined ? { certificate: 'dane' } : unverified(why);
  }
  const asked: ChainCheck = check.kind === 'chain' ? check : { kind: 'chain', names: [host], wildcards: true };
  const why = certificateFault(shown, asked)?.why ?? (certificate && depthObjection(certificate, asked));
  return why === undefined ? { certificate: 'verified' } : unverified(why);
}

/** @returns why the connection must not be used; undefined: it may */
export function objectionTo(verdict: Verdict, check: CertificateCheck): string | undefined {
  return check.kind === 'none' ? undefined : verdict.why;
}

function unverified(why: string): Verdict {
  return { certificate: 'unverified', why };
}

const notPinned = 'the certificate does not match the fingerprint';

function isPinned({ raw }: X509Certificate, { pin }: Extract<CertificateCheck, { kind: 'pin' }>): boolean {
  return createHash(pin.digest).update(raw).digest('hex') === pin.hex;
}

function depthObjection(certificate: X509Certificate, { depth }: ChainCheck): string | undefined {
  if (depth === undefined) return undefined;
  let between = 0;
  // A CA at the end of the chain, which signs itself, does not count, whether the server sends it or not.
  let issuer = certificate.issuerCertificate;
  for (; issuer && !issuer.checkIssued(issuer); issuer = issuer.issuerCertificate) between++;
  return between > depth ? `its chain has ${between} certificates in between, of at most ${depth}` : undefined;
}
