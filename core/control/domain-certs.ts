// The lines of control/domaincerts (s/qmail): `senderdomain:certfile|keyfile|password`, `*` for all other domains.
import { lowerAscii } from '../message/address.ts';

/** Files of a certificate of our own, as written. Byte strings. */
export interface DomainCert {
  readonly certPath: string;
  /** The certificate's file, if the line names no other. */
  readonly keyPath: string;
  /** Of the key. */
  readonly password: string | undefined;
}

/** By the sender's domain in lower case; lines without a colon are ignored, the last of equal keys counts. */
export type DomainCerts = ReadonlyMap<string, DomainCert>;

export function domainCerts(lines: readonly string[] = []): DomainCerts {
  const table = new Map<string, DomainCert>();
  for (const text of lines) {
    const colon = text.indexOf(':');
    if (colon >= 0) table.set(lowerAscii(text.slice(0, colon)), parseDomainCert(text.slice(colon + 1)));
  }
  return table;
}

export function parseDomainCert(value: string): DomainCert {
  const [certPath = '', keyPath = '', ...password] = value.split('|');
  return { certPath, keyPath: keyPath || certPath, password: password.join('|') || undefined };
}

/** A line as it may be shown: without the password. */
export function shownDomainCert(text: string): string {
  const [cert = '', key, password] = text.split('|');
  return [cert, ...(key === undefined ? [] : [key]), ...(password === undefined ? [] : ['(not shown)'])].join('|');
}
