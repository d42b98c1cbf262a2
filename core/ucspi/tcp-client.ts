// tcpclient: connects to a host, and passes both directions of the connection to a program.
import type { ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { djbReason } from './super-server.ts';
import { addressesOf } from './tcp-names.ts';

/** Where to connect to, and from where if that matters. */
export interface DialTo {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly localIp: string | undefined;
  readonly localPort: number | undefined;
  /** The timeout for each address; the second, if there is one, is for addresses that took too long. */
  readonly timeoutsSec: readonly number[];
}

/** An address that failed. */
interface Failure {
  readonly address: string;
  readonly error: unknown;
}

/**
 * Tries the addresses in order until one accepts the connection.
 * @param onFailure is called for each that failed finally
 */
async function dial(to: DialTo, onFailure: (failure: Failure) => void): Promise<Socket | undefined> {
  let addresses = to.addresses;
  for (const [round, timeoutSec] of to.timeoutsSec.entries()) {
    const slow: string[] = [];
    const last = round === to.timeoutsSec.length - 1;
    for (const address of addresses) {
      const made = await connectTo(address, to, timeoutSec);
      if (!(made instanceof Error)) return made;
      if (made.message === tooSlow && !last) slow.push(address);
      else onFailure({ address, error: made });
    }
    addresses = slow;
  }
  return undefined;
}

/**
 * Looks a host up and connects to it.
 * @param complain gets what tcpclient says of each failure
 */
export async function connectByName(
  host: string,
  to: Omit<DialTo, 'addresses'>,
  dns: Parameters<typeof addressesOf>[1],
  complain: (line: string) => void,
): Promise<Socket | undefined> {
  const addresses = await addressesOf(host, dns);
  if (addresses.length === 0) complain(`tcpclient: fatal: no IP address for ${host}`);
  return dial({ ...to, addresses }, ({ address, error }) =>
    complain(`tcpclient: unable to connect to ${address} port ${to.port}: ${djbReason(error)}`),
  );
}

const tooSlow = 'timed out';

function connectTo(host: string, { port, localIp, localPort }: DialTo, timeoutSec: number): Promise<Socket | Error> {
  return new Promise(resolve => {
    const from = {
      ...(localIp !== undefined && { localAddress: localIp }),
      ...(localPort !== undefined && { localPort }),
    };
    const socket = connect({ host, port, allowHalfOpen: true, ...from });
    const timer = setTimeout(() => socket.destroy(new Error(tooSlow)), timeoutSec * 1000);
    socket.once('error', error => {
      clearTimeout(timer);
      resolve(error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error').on('error', () => socket.destroy());
      resolve(socket);
    });
  });
}

/** The descriptors with which the program reads from and writes to the network. */
const readFd = 6;
const writeFd = 7;

/**
 * Carries bytes between the connection and a program that has pipes at fd 6 and fd 7.
 * @param ended resolves when the program ends; what it wrote before that is still sent
 */
export async function carry(socket: Socket, child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  const stdio: readonly unknown[] = child.stdio;
  const [toProgram, fromProgram] = [stdio[readFd] as Writable, stdio[writeFd] as Readable];
  for (const stream of [toProgram, fromProgram]) stream.on('error', () => {});
  socket.pipe(toProgram);
  socket.once('close', () => toProgram.end());
  fromProgram.pipe(socket);
  await ended;
  await finished(fromProgram).catch(() => undefined);
  await finished(socket, { readable: false }).catch(() => undefined);
  socket.destroy();
}
