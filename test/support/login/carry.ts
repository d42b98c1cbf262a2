// Carries a login to a server in memory.
import { type LoginEnd, type LoginReply, type LoginRequest, logIn } from '../../../core/login/log-in.ts';
import type { SaslServer } from './sasl-server.ts';

/** What was sent: each line of the client. */
export interface Carried {
  readonly end: LoginEnd<string>;
  readonly lines: readonly string[];
}

/** @param servers the mechanisms that the server has, whatever it offers @param longestInitial as of the protocol */
export async function carryLogin(
  servers: Readonly<Record<string, SaslServer>>,
  request: LoginRequest,
  longestInitial = 500,
): Promise<Carried> {
  const lines: string[] = [];
  let server: SaslServer | undefined;
  function reply(response: string | undefined): LoginReply<string> {
    const step = server?.(response === undefined ? undefined : Buffer.from(response, 'base64')) ?? { kind: 'unknown' };
    if (step.kind === 'challenge') return { kind: 'challenge', base64: step.raw.toString('base64') };
    return { kind: step.kind, reply: step.kind };
  }
  const end = await logIn<string>(
    {
      longestInitial,
      async start(mechanism, initial) {
        lines.push(initial === undefined ? mechanism : `${mechanism} ${initial}`);
        server = servers[mechanism];
        return reply(initial);
      },
      async respond(base64) {
        lines.push(base64);
        return reply(base64);
      },
      async cancel() {
        lines.push('*');
      },
    },
    request,
  );
  return { end, lines };
}
