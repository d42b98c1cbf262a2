// Connects to a port for mail and waits for the greeting, as another host's first step would be; sends nothing but QUIT.
import { Socket } from 'node:net';
import { getSystemErrorMessage } from 'node:util';
import { printable } from '../../control/check/describe.ts';
import { type Dial, DialTimeout, openChannel } from '../../conversation/channel.ts';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf } from '../../lib/user-error.ts';

/** `silent`: there was a connection, but nothing that could be a reply; `unconnected`: there was none, and why. */
export type Greeted =
  | { readonly kind: 'greeted'; readonly code: number; readonly says: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'unconnected'; readonly why: string };

export interface GreetDeps {
  readonly dial: Dial;
  readonly clock: Clock;
}

const connectMs = 4000;
const greetingMs = 4000;
const mostSaid = 200;

/** The longest time that it takes. */
export const greetMs = connectMs + greetingMs;

export async function greet({ dial, clock }: GreetDeps, ip: string, port: number): Promise<Greeted> {
  const socket = await dial(ip, port, connectMs).catch((error: unknown) => error);
  if (!(socket instanceof Socket)) {
    return { kind: 'unconnected', why: whyUnconnected(socket) };
  }
  const channel = openChannel(socket, clock, greetingMs);
  try {
    const { code, text } = await channel.reply();
    return { kind: 'greeted', code, says: printable(text.slice(0, mostSaid).trim().replaceAll('\n', ' ')) };
  } catch {
    return { kind: 'silent' };
  } finally {
    channel.close('QUIT\r\n');
  }
}

/** Node words a refused connection `connect ECONNREFUSED 192.0.2.7:25`. */
function whyUnconnected(error: unknown): string {
  if (error instanceof DialTimeout) return `no answer within ${connectMs / 1000} seconds`;
  const { errno } = error as { errno?: number };
  return errno ? getSystemErrorMessage(errno) : reasonOf(error);
}
