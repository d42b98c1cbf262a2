// qmail-qmqpd: QMQP on fd 0 and fd 1, for a super-server that allows only clients that may send anywhere.
import { serveQmqp } from '../../../core/receive/packages/qmqp-session.ts';
import type { CommandIo } from '../command-io.ts';
import { servePackages } from './serve-packages.ts';

/** @returns 0 replied, or the client has left; 100 it does not speak QMQP; 111 a problem here, or an hour has passed */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return servePackages(io, serveQmqp);
}
