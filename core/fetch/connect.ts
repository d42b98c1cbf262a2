// A connection to a provider, up to the login: reached, greeted, and within TLS as the account says. Both protocols share it.
import type { Duplex } from 'node:stream';
import { serverOf } from '../control/fetch/account.ts';
import { reach } from '../conversation/reach.ts';
import { FetchFailure } from './failure.ts';
import { secure } from './secure.ts';
import type { ServerSession } from './session.ts';
import { createWire, type Wire } from './wire.ts';

/** What a protocol says before the login. Its functions throw a FetchFailure. */
export interface Opening {
  /** Reads what the server says first. */
  greet(wire: Wire): Promise<void>;
  /** Asks for TLS; resolves when the server waits for the handshake. */
  startTls(wire: Wire): Promise<void>;
}

export interface Connection {
  readonly wire: Wire;
  readonly stream: Duplex;
  /** The connection breaks. */
  close(): void;
}

/** @throws FetchFailure */
export async function connect(session: ServerSession, { greet, startTls }: Opening): Promise<Connection> {
  const { account, clock, context, stop } = session;
  const { host, port } = serverOf(account);
  const reached = await reach(host, port, session.reach, stop);
  if ('why' in reached) throw new FetchFailure('unable', reached.why);
  let stream: Duplex = reached.socket;
  stream.on('error', () => {});
  const abort = () => void stream.destroy();
  stop.addEventListener('abort', abort, { once: true });
  const close = () => {
    stop.removeEventListener('abort', abort);
    stream.destroy();
  };
  try {
    if (account.tls === 'implicit') stream = await secure(stream, host, context, clock);
    let wire = createWire(stream, host, clock);
    await greet(wire);
    if (account.tls === 'starttls') {
      await startTls(wire);
      // It would be taken for something that the server said within TLS.
      if (wire.isAhead) throw new FetchFailure('unable', `${host} sent something between STARTTLS and TLS`);
      wire.detach();
      stream = await secure(stream, host, context, clock);
      wire = createWire(stream, host, clock);
    }
    return { wire, stream, close };
  } catch (error) {
    close();
    throw error;
  }
}
