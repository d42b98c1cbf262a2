// Whether a server's certificate is what the TLSA records say (RFC 7672 sections 3.1.1 to 3.2): the certificate itself, whatever its name
// and dates; or one that a named CA has signed, with the name of the server and valid dates.
import type { X509Certificate } from 'node:crypto';
import { certificateFault } from '../../conversation/tls-reasons.ts';
import { names, type TlsaRecord } from './tlsa.ts';

/** What a certificate must be. */
export interface DaneCheck {
  readonly kind: 'dane';
  readonly records: readonly TlsaRecord[];
  /** One of these it must have, where a CA vouches for it. */
  readonly names: readonly string[];
}

const longestChain = 10;

/** @returns what is wrong with it; undefined: it is right */
export function daneObjection(certificate: X509Certificate, check: DaneCheck, nowMs = Date.now()): string | undefined {
  const { records } = check;
  if (records.some(record => record.usage === 3 && names(record, certificate))) return undefined;
  const cas = records.filter(({ usage }) => usage === 2);
  if (!isSignedByOneOf(certificate, cas, nowMs)) return 'the certificate is not what the TLSA records say';
  return certificateFault({ certificate, chainError: undefined }, { names: check.names, wildcards: true })?.why;
}

/** Follows the signatures of the chain that the server sent. */
function isSignedByOneOf(leaf: X509Certificate, cas: readonly TlsaRecord[], nowMs: number): boolean {
  let certificate = leaf;
  for (let left = longestChain; cas.length > 0 && left > 0 && isValid(certificate, nowMs); left--) {
    const issuer = certificate.issuerCertificate;
    if (!issuer?.ca || !certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return false;
    if (isValid(issuer, nowMs) && cas.some(record => names(record, issuer))) return true;
    if (issuer.fingerprint256 === certificate.fingerprint256) return false;
    certificate = issuer;
  }
  return false;
}

function isValid({ validFrom, validTo }: X509Certificate, nowMs: number): boolean {
  return Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);
}
