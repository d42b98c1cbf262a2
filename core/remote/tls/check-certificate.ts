// Whether the certificate that a server showed is good enough for the terms of the connection.
import { createHash, type X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Secured } from '../../conversation/tls-client.ts';
import type { SessionTls } from '../../paper-path/outcome.ts';
import { daneObjection } from '../dane/match-certificate.ts';
import type { CertificateCheck, ChainCheck } from './terms.ts';

/** What is known of a certificate. */
type Verdict = Pick<SessionTls, 'certificate' | 'why'>;

type Shown = Pick<Secured, 'certificate' | 'chainError'>;

/**
 * Looks at the certificate, also where the terms do not ask for it.
 * @param host the name by which the server was found
 */
export function verdictOn({ certificate, chainError }: Shown, host: string, check: CertificateCheck): Verdict {
  if (!certificate) return unverified('the server showed no certificate');
  if (check.kind === 'pin') return isPinned(certificate, check) ? { certificate: 'pinned' } : unverified(notPinned);
  if (check.kind === 'dane') {
    const why = daneObjection(certificate, check);
    return why === undefined ? { certificate: 'dane' } : unverified(why);
  }
  if (chainError !== undefined) return unverified(chainWords[chainError] ?? chainError);
  const asked: ChainCheck = check.kind === 'chain' ? check : { kind: 'chain', names: [host], wildcards: true };
  const why = nameObjection(certificate, asked) ?? depthObjection(certificate, asked);
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

function nameObjection(certificate: X509Certificate, { names, wildcards, strict }: ChainCheck): string | undefined {
  if (!names) return undefined;
  const options = { wildcards, partialWildcards: false, subject: strict ? 'never' : 'default' } as const;
  const has = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name, options) : certificate.checkIP(name)) !== undefined;
  return names.some(has) ? undefined : `the certificate is not for ${names.join(' or ')}`;
}

function depthObjection(certificate: X509Certificate, { depth }: ChainCheck): string | undefined {
  if (depth === undefined) return undefined;
  let between = 0;
  // A CA at the end of the chain, which signs itself, does not count, whether the server sends it or not.
  let issuer = certificate.issuerCertificate;
  for (; issuer && !issuer.checkIssued(issuer); issuer = issuer.issuerCertificate) between++;
  return between > depth ? `its chain has ${between} certificates in between, of at most ${depth}` : undefined;
}

const unknownAuthority = 'the certificate is signed by an authority that is not known here';

/** Node's names of OpenSSL's errors. */
const chainWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'the certificate has expired',
  CERT_SIGNATURE_FAILURE: 'the certificate is not signed by the authority that it names',
  CERT_NOT_YET_VALID: 'the certificate is not valid yet',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is signed by itself',
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `${unknownAuthority}, or the server does not send its chain`,
};
