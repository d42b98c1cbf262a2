// TLS on a connection to a provider: its certificate must be trusted and name the server.
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Account } from '../control/fetch/account.ts';
import { clientContext } from '../conversation/client-context.ts';
import { HandshakeFailed, type Secured, secure as startTls } from '../conversation/tls-client.ts';
import { certificateFault } from '../conversation/tls-reasons.ts';
import type { Clock } from '../lib/clock.ts';
import { reasonOf } from '../lib/user-error.ts';
import { FetchFailure } from './failure.ts';

const handshakeMs = 60_000;

/** What handshakes of an account are made with. @throws FetchFailure */
export function contextOf({ authority }: Account): SecureContext {
  try {
    return clientContext(authority);
  } catch (error) {
    throw new FetchFailure('wrong', reasonOf(error), error);
  }
}

/** @throws FetchFailure; the connection is closed then */
export async function secure(stream: Duplex, host: string, context: SecureContext, clock: Clock): Promise<Duplex> {
  const secured = await shakeHands(stream, host, context, clock);
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
