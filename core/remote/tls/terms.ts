// What TLS a connection to a server must have, and what is looked at in the server's certificate.

/** What must hold of a server's certificate. */
export type CertificateCheck =
  /** Nothing: the connection is only safe from those who listen. */
  | { readonly kind: 'none' }
  /** Known CAs vouch for it, and it names the server. */
  | { readonly kind: 'name' };

/** The terms of one connection. */
export interface TlsTerms {
  /** `offered`: TLS where the server offers it, and the clear where it does not or cannot do it. */
  readonly use: 'never' | 'offered' | 'required';
  /** From the first byte, without STARTTLS (RFC 8314 section 3.3). */
  readonly implicit: boolean;
  readonly check: CertificateCheck;
}

/** Without TLS. */
export const inTheClear: TlsTerms = { use: 'never', implicit: false, check: { kind: 'none' } };
