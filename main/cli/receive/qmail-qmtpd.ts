// qmail-qmtpd: QMTP on fd 0 and fd 1, for a super-server that says in the environment who the client is.
import { serveQmtp } from '../../../core/receive/packages/qmtp-session.ts';
import type { CommandIo } from '../command-io.ts';
import { servePackages } from './serve-packages.ts';

/** @returns 0 the client has left, 100 it does not speak QMTP, 111 trouble here or an hour is over */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return servePackages(io, serveQmtp);
}
