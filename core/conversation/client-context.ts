// What the TLS of an account or a link is made with: the CAs of this machine, or those of one file that its owner names.
import { createSecureContext, type SecureContext } from 'node:tls';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { noRenegotiation } from '../lib/net/no-renegotiation.ts';
import { reasonOf, UserError } from '../lib/user-error.ts';

/** The certificates of all authorities of a system are a quarter of a megabyte. */
const largestAuthority = 4 * 1024 * 1024;

/** Without the key exchange that a quantum computer cannot undo either: it takes 2.3 KB more. */
const shortKeyExchange = 'X25519:P-256';

/**
 * @param authority a file in PEM @param isShort each byte of the handshake costs money
 * @throws UserError, a sentence without a full stop, when the file cannot be used
 */
export function clientContext(authority: string | undefined, isShort = false): SecureContext {
  const ca = authority === undefined ? undefined : readAuthority(authority);
  try {
    return createSecureContext({
      minVersion: 'TLSv1.2',
      secureOptions: noRenegotiation,
      ...(ca && { ca }),
      ...(isShort && { ecdhCurve: shortKeyExchange }),
    });
  } catch (error) {
    throw unreadable(authority ?? '', reasonOf(error));
  }
}

function readAuthority(path: string): Buffer {
  const file = regularFileAt(path);
  if (!file) throw unreadable(path, 'it does not exist, or is not a file');
  if (!file.raw) throw unreadable(path, `it is longer than ${largestAuthority} bytes`);
  return file.raw;
}

function regularFileAt(path: string) {
  try {
    return readRegularFile(path, largestAuthority);
  } catch (error) {
    throw unreadable(path, reasonOf(error));
  }
}

function unreadable(path: string, why: string): UserError {
  return new UserError(`the certificates in ${path} cannot be read: ${why}`);
}
