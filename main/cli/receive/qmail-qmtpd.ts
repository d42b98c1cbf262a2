// qmail-qmtpd: QMTP on fd 0 and fd 1, for a super-server that describes the client in the environment.
import { serveQmtp } from '../../../core/receive/packages/qmtp-session.ts';
import type { CommandIo } from '../command-io.ts';
import { servePackages } from './serve-packages.ts';

/** @returns 0 the client has left, 100 it does not speak QMTP, 111 a problem here, or an hour has passed */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return servePackages(io, serveQmtp);
}
