// Why TLS with a server did not come about, or its certificate is not good, in words for people: OpenSSL's own are for programmers.
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { errorCode, reasonOf } from '../lib/user-error.ts';

const noTls = 'the server does not answer with TLS';
const tooOld = 'the server has only old versions of TLS, before 1.2';
const nothingInCommon = 'the server accepts no version, cipher or certificate that is offered here';
const wantsCertificate = 'the server wants a certificate of this host that it accepts';

/** The reasons that OpenSSL gives for a failed handshake. */
const handshakeWords: ReadonlyMap<string, string> = new Map([
  ['wrong version number', noTls],
  ['packet length too long', noTls],
  ['bad record type', noTls],
  ['unexpected message', noTls],
  ['record layer failure', noTls],
  ['http request', noTls],
  ['https proxy request', noTls],
  ['unsupported protocol', tooOld],
  ['version too low', tooOld],
  ['tlsv1 alert protocol version', tooOld],
  ['ssl/tls alert protocol version', tooOld],
  ['sslv3 alert handshake failure', nothingInCommon],
  ['ssl/tls alert handshake failure', nothingInCommon],
  ['no ciphers available', nothingInCommon],
  ['no protocols available', nothingInCommon],
  ['tlsv13 alert certificate required', wantsCertificate],
  ['ssl/tls alert certificate required', wantsCertificate],
  ['sslv3 alert bad certificate', wantsCertificate],
  ['ssl/tls alert bad certificate', wantsCertificate],
  ['tlsv1 alert unknown ca', wantsCertificate],
  ['tlsv1 unrecognized name', 'the server does not know the name by which it was asked'],
  ['ssl/tls alert unrecognized name', 'the server does not know the name by which it was asked'],
  ['tlsv1 alert internal error', 'the server has an error of its own'],
  ['ssl/tls alert internal error', 'the server has an error of its own'],
  ['dh key too small', 'the server uses a key that is too short'],
  ['ee key too small', 'the certificate has a key that is too short'],
  ['ca md too weak', 'the certificate is signed in a way that is not safe any more'],
]);

/** Words for the error of a handshake. */
export function handshakeReason(error: Error & { readonly reason?: unknown }): string {
  const code = errorCode(error);
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'closed by the server';
  // OpenSSL's errors have a reason of a few words besides their long text.
  const { reason } = error;
  return typeof reason === 'string' ? (handshakeWords.get(reason) ?? reason) : reasonOf(error);
}

const unknownAuthority = 'the certificate is signed by an authority that is not known here';

/** Node's names of OpenSSL's errors. */
const chainWords: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'the certificate has expired'],
  ['CERT_SIGNATURE_FAILURE', 'the certificate is not signed by the authority that it names'],
  ['CERT_NOT_YET_VALID', 'the certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'the certificate is signed by itself'],
  ['SELF_SIGNED_CERT_IN_CHAIN', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT', unknownAuthority],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', unknownAuthority],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', `${unknownAuthority}, or the server does not send its chain`],
  ['CERT_REVOKED', 'the certificate is revoked'],
  ['INVALID_PURPOSE', 'the certificate is not one for servers'],
]);

/** What ends by itself, without anybody here doing something. */
const passing: ReadonlySet<string> = new Set(['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID']);

/** What a server has shown of itself. */
export interface Shown {
  /** Undefined: the server showed none. */
  readonly certificate: X509Certificate | undefined;
  /** Why nobody known vouches for the certificate, as OpenSSL names it; undefined: its chain is good. */
  readonly chainError: string | undefined;
}

/** Which names a certificate may have. */
export interface NameCheck {
  /** One of these it must have; undefined: any name will do. */
  readonly names: readonly string[] | undefined;
  /** A name with a wildcard will do. */
  readonly wildcards: boolean;
  /** Only names of the extension for them count, not the common name (RFC 8461 section 4.1). */
  readonly strict?: boolean;
}

/** What is wrong with a certificate, as a sentence without its full stop. */
export interface CertificateFault {
  readonly why: string;
  /** It is for the server's administrator, or the clock of this machine. */
  readonly isPassing: boolean;
}

/** Looks at what a server has shown. @returns undefined: it is good */
export function certificateFault({ certificate, chainError }: Shown, check: NameCheck): CertificateFault | undefined {
  if (!certificate) return { why: 'the server showed no certificate', isPassing: false };
  if (chainError !== undefined) {
    return { why: chainWords.get(chainError) ?? chainError, isPassing: passing.has(chainError) };
  }
  if (hasName(certificate, check)) return undefined;
  return { why: `the certificate is not for ${check.names?.join(' or ')}`, isPassing: false };
}

function hasName(certificate: X509Certificate, { names, wildcards, strict }: NameCheck): boolean {
  const options = { wildcards, partialWildcards: false, subject: strict ? 'never' : 'default' } as const;
  const has = (name: string) =>
    (isIP(name) === 0 ? certificate.checkHost(name, options) : certificate.checkIP(name)) !== undefined;
  return names === undefined || names.some(has);
}
