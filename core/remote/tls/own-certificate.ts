// The certificate that is shown to servers that ask for one: by the sender's domain in control/domaincerts (s/qmail), else that of
// control/clientcert.pem (netqmail with the TLS patch).
import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Control } from '../../control/control.ts';
import { domainKeys } from '../../control/domain-keys.ts';
import { lowerAscii } from '../../message/address.ts';
import type { OwnCertificate } from './terms.ts';

/** @param home relative paths start there */
export function ownCertificate(
  home: string,
  { domainCerts }: Pick<Control, 'domainCerts'>,
  senderDomain: string,
): OwnCertificate | undefined {
  const key = [...domainKeys(lowerAscii(senderDomain)), '*'].find(known => domainCerts.has(known));
  const cert = key === undefined ? undefined : domainCerts.get(key);
  if (cert && cert.certPath !== '') {
    const [certPath, keyPath] = [cert.certPath, cert.keyPath].map(path => (isAbsolute(path) ? path : join(home, path)));
    return { by: 'control/domaincerts', certPath: certPath ?? '', keyPath: keyPath ?? '', password: cert.password };
  }
  const path = join(home, 'control', 'clientcert.pem');
  return existsSync(path)
    ? { by: 'control/clientcert.pem', certPath: path, keyPath: path, password: undefined }
    : undefined;
}
