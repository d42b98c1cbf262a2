// Connects to a server, by its address or its name.
import type { Socket } from 'node:net';
import { getSystemErrorMessage } from 'node:util';
import { reasonOf } from '../lib/user-error.ts';
import { type Dial, DialTimeout } from './channel.ts';

export interface ReachDeps {
  readonly dial: Dial;
  /** The addresses of a name; empty: it has none, or nobody could be asked. */
  readonly lookUp: (host: string) => Promise<readonly string[]>;
}

export type Reached =
  | { readonly socket: Socket; readonly ip: string }
  /** One line for people. */
  | { readonly why: string };

const dialMs = 60_000;

/** Tries the addresses in turn. @param stop ends the attempt */
export async function reach(host: string, port: number, deps: ReachDeps, stop: AbortSignal): Promise<Reached> {
  const addresses = await orStopped(deps.lookUp(host), stop);
  if (addresses === undefined) return { why: 'stopped' };
  if (addresses.length === 0) return { why: `no IP address for ${host}` };
  let why = '';
  for (const ip of addresses) {
    try {
      const socket = await deps.dial(ip, port, dialMs, stop);
      return { socket, ip };
    } catch (error) {
      if (stop.aborted) return { why: 'stopped' };
      const reason = error instanceof DialTimeout ? 'it does not answer' : connectReason(error);
      why = `unable to connect to ${ip} port ${port}: ${reason}`;
    }
  }
  return { why };
}

/** Without Node's `connect ECONNREFUSED 192.0.2.1:25`: address and port are said anyway. */
export function connectReason(error: unknown): string {
  const { errno } = error as { errno?: number };
  return errno === undefined ? reasonOf(error) : getSystemErrorMessage(errno);
}

function orStopped<Value>(wanted: Promise<Value>, stop: AbortSignal): Promise<Value | undefined> {
  if (stop.aborted) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    stop.addEventListener('abort', () => resolve(undefined), { once: true });
    wanted.then(resolve, reject);
  });
}
