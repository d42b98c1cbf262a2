// The page's part of the greeting (core/api/transport/page-handshake.ts), until the connection is up. The page sends no secret that could be
// used again, and believes no server to be its host without a proof.
import type { HostHandshake, Opening } from '../../core/api/transport/page-handshake.ts';
import { type Exchange, hostIsRight, pageProof, randomWord } from '../../core/api/transport/session-proof.ts';
import type { Credentials, Session } from './credentials.ts';

/** What follows from a frame of the host: a reply, a connection that is up, or one to close. */
type Step = { readonly say: string } | 'up' | 'stranger';

export interface Greeter {
  readonly first: string;
  next(frame: unknown): Promise<Step>;
}

/** For one connection. Undefined when the tab has neither a key nor a session. */
export function createGreeter(credentials: Credentials): Greeter | undefined {
  const key = credentials.key();
  if (key !== undefined) return withKey(key, credentials);
  const session = credentials.session();
  return session && withSession(session, credentials.origin);
}

function withKey(key: string, credentials: Credentials): Greeter {
  return {
    first: JSON.stringify({ key } satisfies Opening),
    async next(frame) {
      const said = frame as HostHandshake;
      if (!('made' in said)) return 'stranger';
      credentials.keep({ id: said.made.session, secret: said.made.secret });
      return 'up';
    },
  };
}

function withSession({ id, secret }: Session, origin: string): Greeter {
  const pageNonce = randomWord();
  let exchange: Exchange | undefined;
  return {
    first: JSON.stringify({ session: id, nonce: pageNonce } satisfies Opening),
    async next(frame) {
      const said = frame as HostHandshake;
      if (!exchange) {
        if (!('nonce' in said)) return 'stranger';
        exchange = { session: id, pageNonce, hostNonce: said.nonce, origin };
        return { say: JSON.stringify({ proof: await pageProof(secret, exchange) }) };
      }
      return 'proof' in said && (await hostIsRight(secret, exchange, said.proof)) ? 'up' : 'stranger';
    },
  };
}
