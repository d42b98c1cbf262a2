// TLS on a connection to a provider: its certificate must be trusted and name the server.
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect } from 'node:tls';
import type { Account } from '../control/fetch/account.ts';
import type { Clock } from '../lib/clock.ts';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { errorCode, reasonOf } from '../lib/user-error.ts';
import { FetchFailure } from './failure.ts';

const handshakeMs = 60_000;
/** The certificates of all authorities of a system are a quarter of a megabyte. */
const largestAuthority = 4 * 1024 * 1024;

/** The certificates of an account's authorities; undefined: the system's. @throws FetchFailure */
export function authorityOf({ authority }: Account): string | undefined {
  if (authority === undefined) return undefined;
  const unreadable = (why: string) =>
    new FetchFailure('wrong', `the certificates in ${authority} cannot be read: ${why}`);
  const file = regularFileAt(authority, unreadable);
  if (!file) throw unreadable('it does not exist, or is not a file');
  if (!file.raw) throw unreadable(`it is longer than ${largestAuthority} bytes`);
  return file.raw.toString('utf8');
}

function regularFileAt(path: string, unreadable: (why: string) => FetchFailure) {
  try {
    return readRegularFile(path, largestAuthority);
  } catch (error) {
    throw unreadable(reasonOf(error));
  }
}

/** @throws FetchFailure */
export function secure(stream: Duplex, host: string, ca: string | undefined, clock: Clock): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      socket: stream,
      host,
      ...(isIP(host) === 0 && { servername: host }),
      ...(ca !== undefined && { ca }),
      minVersion: 'TLSv1.2',
    });
    const cancel = clock.after(handshakeMs, () => fail(new FetchFailure('unable', `${host} does not answer to TLS`)));
    function fail(error: Error): void {
      cancel();
      socket.destroy();
      stream.destroy();
      reject(error);
    }
    const failed = (error: Error) => fail(tlsFailure(host, error));
    const closed = () => fail(new FetchFailure('unable', `${host} has closed the connection during the TLS handshake`));
    stream.on('error', () => {});
    socket.once('error', failed).once('close', closed);
    socket.once('secureConnect', () => {
      cancel();
      socket.off('error', failed).off('close', closed);
      resolve(socket);
    });
  });
}

const untrusted = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether it is about a certificate or the protocol, and not about the connection. */
export function isTlsError(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return untrusted.has(code) || code.startsWith('CERT_') || code.startsWith('ERR_TLS_') || code.startsWith('ERR_SSL_');
}

/** What went wrong in words, and whether a person has to do something. */
export function tlsFailure(host: string, error: unknown): FetchFailure {
  const code = errorCode(error) ?? '';
  if (untrusted.has(code)) {
    const text = `the certificate of ${host} is of nobody who is trusted here; if it is the right server, name its authority in the line authority`;
    return new FetchFailure('wrong', text, error);
  }
  if (code === 'CERT_HAS_EXPIRED') return new FetchFailure('unable', `the certificate of ${host} has expired`, error);
  if (code === 'CERT_NOT_YET_VALID') {
    return new FetchFailure('unable', `the certificate of ${host} is not valid yet: is the clock right?`, error);
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return new FetchFailure(
      'wrong',
      `the certificate of the server is not for ${host}: write the name that it has`,
      error,
    );
  }
  return new FetchFailure('unable', `no TLS with ${host}: ${reasonOf(error)}`, error);
}
