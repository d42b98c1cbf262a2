// Connects to a port for mail and waits for the greeting, as another host's first step would be; sends nothing but QUIT.
import type { Socket } from 'node:net';
import { printable } from '../../control/check/describe.ts';
import { type Dial, DialTimeout, openChannel } from '../../conversation/channel.ts';
import { connectReason } from '../../conversation/reach.ts';
import type { Clock } from '../../lib/clock.ts';

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
  const connected = await connect(dial, ip, port);
  if ('why' in connected) return { kind: 'unconnected', why: connected.why };
  const channel = openChannel(connected.socket, clock, greetingMs);
  try {
    const { code, text } = await channel.reply();
    return { kind: 'greeted', code, says: printable(text.slice(0, mostSaid).trim().replaceAll('\n', ' ')) };
  } catch {
    return { kind: 'silent' };
  } finally {
    channel.close('QUIT\r\n');
  }
}

/** A connection alone: for servers that do not speak first. */
export async function connect(
  dial: Dial,
  ip: string,
  port: number,
): Promise<{ readonly socket: Socket } | { readonly why: string }> {
  try {
    return { socket: await dial(ip, port, connectMs) };
  } catch (error) {
    const isLate = error instanceof DialTimeout;
    return { why: isLate ? `no answer within ${connectMs / 1000} seconds` : connectReason(error) };
  }
}
