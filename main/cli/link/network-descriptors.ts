// The connection that a UCSPI client (tcpclient) has made for this program: it reads from fd 6 and writes to fd 7.
import { createReadStream, createWriteStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { Duplex, Readable, type Writable } from 'node:stream';
import { isInherited } from '../keep-descriptors.ts';

const readFd = 6;
const writeFd = 7;

/** The two descriptors. */
export interface NetworkDescriptors {
  readonly stream: Duplex;
  /** The peer's side is a file: all of it can be read from the start, and its end is not the end of a connection. */
  readonly recorded: boolean;
  /** There is no descriptor to read from. */
  readonly deaf: boolean;
}

/** Undefined: this program was started without a descriptor to write to. */
export function networkDescriptors(): NetworkDescriptors | undefined {
  if (!isInherited(writeFd)) return undefined;
  const deaf = !isInherited(readFd);
  const recorded = deaf || !isConnection(readFd);
  return { stream: Duplex.from({ readable: readable(deaf, recorded), writable: writable() }), recorded, deaf };
}

function readable(deaf: boolean, recorded: boolean): Readable {
  if (deaf) return Readable.from([]);
  return recorded ? createReadStream('', { fd: readFd }) : new Socket({ fd: readFd, readable: true, writable: false });
}

function writable(): Writable {
  if (!isConnection(writeFd)) return createWriteStream('', { fd: writeFd });
  return new Socket({ fd: writeFd, readable: false, writable: true });
}

/** A socket or a pipe. */
function isConnection(fd: number): boolean {
  const stat = fstatSync(fd);
  return stat.isSocket() || stat.isFIFO();
}
