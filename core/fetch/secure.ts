// TLS on a connection to a provider: its certificate must be trusted and name the server.
import type { Duplex } from 'node:stream';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Account } from '../control/fetch/account.ts';
import { HandshakeFailed, type Secured, secure as startTls } from '../conversation/tls-client.ts';
import { certificateFault } from '../conversation/tls-reasons.ts';
import type { Clock } from '../lib/clock.ts';
import { readRegularFile } from '../lib/disk/read-regular-file.ts';
import { noRenegotiation } from '../lib/net/no-renegotiation.ts';
import { reasonOf } from '../lib/user-error.ts';
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

/** @throws FetchFailure; the connection is closed then */
export async function secure(stream: Duplex, host: string, ca: string | undefined, clock: Clock): Promise<Duplex> {
  const secured = await shakeHands(stream, host, contextWith(ca), clock);
  const fault = certificateFault(secured, { names: [host], wildcards: true });
  if (!fault) return secured.socket;
  secured.socket.destroy();
  const advice = fault.isPassing
    ? 'its administrator has to correct that, unless the clock of this machine is wrong'
    : 'if it is the right server, name its authority in the line authority, or the name that its certificate has in the line server';
  throw new FetchFailure(fault.isPassing ? 'unable' : 'wrong', `${host} is not trusted: ${fault.why}; ${advice}`);
}

async function shakeHands(stream: Duplex, host: string, context: SecureContext, clock: Clock): Promise<Secured> {
  try {
    return await startTls(stream, { host, clock, timeoutMs: handshakeMs, context });
  } catch (error) {
    const why = error instanceof HandshakeFailed ? error.message : reasonOf(error);
    throw new FetchFailure('unable', `no TLS with ${host}: ${why}`, error);
  }
}

function contextWith(ca: string | undefined): SecureContext {
  const options = { minVersion: 'TLSv1.2', secureOptions: noRenegotiation } as const;
  try {
    return createSecureContext({ ...options, ...(ca !== undefined && { ca }) });
  } catch (error) {
    throw new FetchFailure('wrong', `the certificates of the line authority cannot be used: ${reasonOf(error)}`, error);
  }
}
