// qmail-smtpd: SMTP on fd 0 and fd 1, for a super-server (tcpserver, inetd with tcp-env, systemd) that describes the client in
// the environment; also sendmail -bs.
import { type Control, readControl } from '../../../core/control/control.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { ownAddresses } from '../../../core/lib/net/own-addresses.ts';
import type { Environment } from '../../../core/lib/net/tcp-environment.ts';
import { reasonOf } from '../../../core/lib/user-error.ts';
import type { Accept, Accepted, Invoker } from '../../../core/paper-path/shapes.ts';
import { openInjection } from '../../../core/queue/intake/inject-from-outside.ts';
import { serveSmtpOnStdio } from '../../../core/receive/smtp/on-stdio.ts';
import type { CommandIo } from '../command-io.ts';
import { etrnByHost } from './etrn-by-host.ts';

const failed = 1;
const noQueue: Accepted = { ok: false, code: 120, permanent: false, text: 'qqt failure (#4.3.0)' };

/** @returns 0 after QUIT, 1 after any other end */
export function run(_args: readonly string[], io: CommandIo): Promise<number> {
  return serve(io, 'network');
}

/** sendmail -bs: the client is a user of this machine. */
export function serveUser(io: CommandIo): Promise<number> {
  return serve(io, { uid: process.getuid?.() ?? 0 });
}

async function serve(io: CommandIo, invoker: Invoker): Promise<number> {
  let control: Control;
  try {
    control = readControl(io.home);
  } catch (error) {
    io.stderr.write(`qmail-smtpd: fatal: ${reasonOf(error)}\n`);
    io.stdout.write('421 unable to read controls (#4.3.0)\r\n');
    return failed;
  }
  return serveSmtpOnStdio(
    { input: io.stdin, output: io.stdout, environment: io.env, isUser: invoker !== 'network' },
    {
      control: () => control,
      clock: systemClock,
      accept: environment => queueOf(io, environment, invoker),
      // The super-server logs the connections; only problems of this host are printed.
      log: line => {
        if (line.startsWith('smtpd: alert: ')) io.stderr.write(`qmail-${line}\n`);
      },
      ownAddresses,
      etrn: invoker === 'network' ? etrnByHost(io.home) : undefined,
    },
  );
}

/** The queue is opened for the first message, as qmail-queue is started for it. */
function queueOf(io: CommandIo, environment: Environment, invoker: Invoker): Accept {
  let accept: Accept | undefined;
  return async (source, envelope) => {
    try {
      accept ??= openInjection(io.home, environment);
    } catch (error) {
      io.stderr.write(`qmail-smtpd: alert: ${reasonOf(error)}\n`);
      return noQueue;
    }
    return accept(source, envelope, invoker);
  };
}
