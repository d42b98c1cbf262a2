// What TLS a connection to a server must have, what is looked at in the server's certificate, and what the handshake is made with.
import type { Pin } from '../../control/tls-destinations.ts';
import type { NameCheck } from '../../conversation/tls-reasons.ts';
import type { DaneCheck } from '../dane/match-certificate.ts';

/** What must hold of a server's certificate. */
export type CertificateCheck =
  /** Nothing: the connection is only safe from those who listen. */
  | { readonly kind: 'none' }
  /** It is this one. */
  | { readonly kind: 'pin'; readonly pin: Pin }
  /** TLSA records name it. */
  | DaneCheck
  | ChainCheck;

/** CAs vouch for it. */
export interface ChainCheck extends NameCheck {
  readonly kind: 'chain';
  /** The most certificates between the server's and the CA's. */
  readonly depth?: number | undefined;
}

/** A certificate of our own for servers that ask for one: PEM files of the chain and the key. */
export interface OwnCertificate {
  /** The control file that names it. */
  readonly by: string;
  readonly certPath: string;
  readonly keyPath: string;
  /** Of the key; a byte string. */
  readonly password: string | undefined;
}

/** The terms of one connection. */
export interface TlsTerms {
  /** `offered`: TLS where the server offers it, and the clear where it does not or cannot do it. */
  readonly use: 'never' | 'offered' | 'required';
  /** From the first byte, without STARTTLS (RFC 8314 section 3.3). */
  readonly implicit: boolean;
  readonly check: CertificateCheck;
  /** What asks for this, for people: `control/tlsdestinations line 3`; undefined: nothing does. */
  readonly by?: string;
  /** A file or directory of CAs; undefined: those that are known anyway. */
  readonly caPath?: string | undefined;
  /** In OpenSSL's form; undefined: Node's. */
  readonly ciphers?: string | undefined;
  readonly own?: OwnCertificate | undefined;
}

/** Without TLS. */
export const inTheClear: TlsTerms = { use: 'never', implicit: false, check: { kind: 'none' } };
