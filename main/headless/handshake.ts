// Admits pages: their first frames must contain a valid key, or prove a session. Until then a connection may send little and
// wait shortly, and only few may wait at a time: anyone on this machine can open one.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { PageSession } from '../../core/api/page.ts';
import { pageCloseCodes } from '../../core/api/transport/page-close-codes.ts';
import { type HostHandshake, Opening, PageProof } from '../../core/api/transport/page-handshake.ts';
import { type Exchange, hostProof, pageIsRight, randomWord } from '../../core/api/transport/session-proof.ts';
import type { Pages } from '../../core/host/pages/pages.ts';
import { parseJson } from '../../core/lib/text/parse-json.ts';

/** A connection that asks for admission. */
export interface PageClient {
  readonly socket: WebSocket;
  /** What the socket reads from. */
  readonly stream: Socket;
  readonly origin: string;
  /** What the browser calls itself. */
  readonly browser: string;
}

export interface HandshakeLimits {
  /** A page sends its first frame at once. */
  readonly longestMs: number;
  /** The two frames together. */
  readonly mostBytes: number;
  /** Above it the one that has waited longest is closed: a page is admitted within milliseconds. */
  readonly mostWaiting: number;
}

export const usualHandshakeLimits: HandshakeLimits = { longestMs: 5_000, mostBytes: 2_000, mostWaiting: 32 };

const longestBrowserName = 200;
const closingMs = 1_000;
/** RFC 6455 §7.4.1 */
const closeCode = { unsupported: 1003, policy: 1008, broken: 1011 } as const;

/**
 * @param admit takes over the socket of a session; it must listen for frames at once
 * @returns handles the handshake of one client
 */
export function createHandshake(
  pages: Pages,
  admit: (client: PageClient, session: PageSession) => void,
  limits = usualHandshakeLimits,
): (client: PageClient) => void {
  const waiting = new Set<WebSocket>();

  return client => {
    const { socket, stream } = client;
    let bytes = 0;
    let challenge: Challenge | undefined;
    let busy = false;

    function count(piece: Buffer): void {
      bytes += piece.length;
      if (bytes > limits.mostBytes) socket.terminate();
    }
    function leave(): void {
      clearTimeout(timer);
      waiting.delete(socket);
      socket.off('message', take);
      socket.off('close', leave);
    }
    function refuse(code: number, why: string): void {
      leave();
      socket.close(code, why);
      // A client that does not answer the close is not waited for.
      setTimeout(() => socket.terminate(), closingMs).unref();
    }
    function welcome(session: PageSession, greeting: HostHandshake): void {
      // The session may have been revoked while its page was being checked.
      if (!pages.sessions.find(session.id, session.origin)) {
        refuse(pageCloseCodes.session, 'this session has ended');
        return;
      }
      leave();
      stream.off('data', count);
      if (socket.readyState !== socket.OPEN) return;
      admit(client, session);
      pages.sessions.used(session.id);
      socket.send(JSON.stringify(greeting));
    }

    async function take(data: unknown, isBinary: boolean): Promise<void> {
      if (isBinary) return refuse(closeCode.unsupported, 'text frames only');
      if (busy) return refuse(closeCode.policy, 'one at a time');
      busy = true;
      try {
        await (challenge
          ? check(challenge, parseJson(PageProof, String(data)))
          : open(parseJson(Opening, String(data))));
      } catch {
        refuse(closeCode.broken, 'not now');
      }
      busy = false;
    }

    async function open(opening: Opening | undefined): Promise<void> {
      if (!opening) return refuse(closeCode.policy, 'not a greeting');
      if ('key' in opening) return begin(opening.key);
      const found = pages.sessions.find(opening.session, client.origin);
      if (!found) return refuse(pageCloseCodes.session, 'there is no such session');
      const hostNonce = randomWord();
      const { session, nonce: pageNonce } = opening;
      challenge = { ...found, exchange: { session, pageNonce, hostNonce, origin: client.origin } };
      socket.send(JSON.stringify({ nonce: hostNonce } satisfies HostHandshake));
    }

    async function begin(key: string): Promise<void> {
      const user = pages.spend(key);
      if (user === undefined) return refuse(pageCloseCodes.key, 'this key is spent or too old');
      const { origin } = client;
      const { session, secret } = await pages.sessions.make({ user, origin, browser: printable(client.browser) });
      welcome(session, { made: { session: session.id, secret } });
    }

    async function check(
      { session, verifier, exchange }: Challenge,
      said: { proof: string } | undefined,
    ): Promise<void> {
      if (!said) return refuse(closeCode.policy, 'not a proof');
      if (!(await pageIsRight(verifier, exchange, said.proof)))
        return refuse(pageCloseCodes.session, 'this proof is not valid');
      welcome(session, { proof: await hostProof(verifier, exchange) });
    }

    const timer = setTimeout(() => refuse(pageCloseCodes.late, 'too late'), limits.longestMs);
    stream.on('data', count);
    socket.on('message', take);
    socket.on('close', leave);
    // A broken frame ends the connection; 'close' follows.
    socket.on('error', () => {});
    waiting.add(socket);
    if (waiting.size > limits.mostWaiting) waiting.values().next().value?.terminate();
  };
}

type Challenge = NonNullable<ReturnType<Pages['sessions']['find']>> & { readonly exchange: Exchange };

/** Removes control characters: the name is shown in terminals. */
function printable(name: string): string {
  return name.slice(0, longestBrowserName).replace(/[^\x20-\x7e]/g, '?');
}
