// The TLSA records that count for mail (RFC 7672 section 3.1), and whether a certificate is one of those that they name.
import { createHash, type X509Certificate } from 'node:crypto';
import type { TlsaData } from 'dns-packet';

/** A record that can be used. */
export interface TlsaRecord {
  /** 3: the server's certificate itself; 2: a CA in its chain. */
  readonly usage: 2 | 3;
  /** 0: the whole certificate; 1: its key. */
  readonly selector: 0 | 1;
  /** Undefined: what is named itself, without a digest. */
  readonly digest: 'sha256' | 'sha512' | undefined;
  readonly hex: string;
}

const digests = { 0: undefined, 1: 'sha256', 2: 'sha512' } as const;
const hexLengths = { sha256: 64, sha512: 128 } as const;
const mostRecords = 32;

/** Of other usages, selectors and digests nothing is known, so they do not count. */
export function usableRecords(records: readonly TlsaData[]): TlsaRecord[] {
  return records.slice(0, mostRecords).flatMap(({ usage, selector, matchingType, certificate }) => {
    if ((usage !== 2 && usage !== 3) || (selector !== 0 && selector !== 1)) return [];
    if (matchingType !== 0 && matchingType !== 1 && matchingType !== 2) return [];
    const digest = digests[matchingType];
    const hex = certificate.toString('hex');
    const isWhole = digest === undefined ? hex !== '' : hex.length === hexLengths[digest];
    return isWhole ? [{ usage, selector, digest, hex }] : [];
  });
}

/** Whether the record names this certificate. */
export function names({ selector, digest, hex }: TlsaRecord, certificate: X509Certificate): boolean {
  const raw = selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' });
  return (digest === undefined ? raw.toString('hex') : createHash(digest).update(raw).digest('hex')) === hex;
}
