// qmail-qmqpd: QMQP on fd 0 and fd 1, for a super-server that lets in only those who may send anywhere.
import { serveQmqp } from '../../../core/receive/packages/qmqp-session.ts';
import type { CommandIo } from '../command-io.ts';
import { servePackages } from './serve-packages.ts';

/** @returns 0 answered, or the client has left; 100 it does not speak QMQP; 111 trouble here or an hour is over */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return servePackages(io, serveQmqp);
}
