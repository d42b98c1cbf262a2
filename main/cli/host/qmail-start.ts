// qmail-start: the host as qmail's rc scripts start it. The first argument is the default delivery, the others a program that
// gets the log; without one, the log goes to standard output. Mail from the network comes through programs under tcpserver.
import { join } from 'node:path';
import { readControl } from '../../../core/control/control.ts';
import { startHost } from '../../../core/host.ts';
import { rewriteFile } from '../../../core/lib/disk/rewrite-file.ts';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { channelToParent } from '../../../core/privsep/channel.ts';
import { takeRootChannel, takeSockets } from '../../../core/privsep/inherited-descriptors.ts';
import { connectToRootProcess } from '../../../core/privsep/root-process-client.ts';
import { keepYoungGenerationSmall } from '../../headless/young-generation.ts';
import { linkPrograms } from '../../link-programs.ts';
import { refuseBesideRunning } from '../../running/show-running.ts';
import type { CommandIo } from '../command-io.ts';
import { startLogger } from './logger.ts';
import { endProcessSoon, untilToldToStop } from './serve.ts';

/** Runs until SIGTERM. @returns 0; refusals are thrown as UserError */
export async function run([delivery = '', ...logger]: readonly string[], io: CommandIo): Promise<number> {
  process.umask(process.umask() & 0o077);
  const home = io.home;
  await refuseBesideRunning(home);
  if (delivery !== '') await keepDefaultDelivery(home, addressFromText(delivery), io);
  const isRoot = process.geteuid?.() === 0;
  const log = logger.length > 0 ? await startLogger(logger, { home, env: io.env, isRoot }) : undefined;
  const output = log?.input ?? io.stdout;
  try {
    if (!isRoot) return await serve(home, io, line => output.write(`${line}\n`));
    const { serveAsRoot } = await import('./serve-as-root.ts');
    const { script, stderr } = io;
    const options = { addresses: {}, checkpassword: undefined, stderr, stdout: log?.input };
    return await serveAsRoot({ home, command: 'qmail-start', args: [], script, ...options });
  } finally {
    await log?.end();
  }
}

async function serve(home: string, io: CommandIo, onLogLine: (line: string) => void): Promise<number> {
  keepYoungGenerationSmall();
  // The program that reads the log may end: the host also keeps a log of its own.
  io.stdout.on('error', () => undefined);
  const channel = takeRootChannel(process.env);
  takeSockets(process.env); // There are none, and other programs must not see the variable.
  const rootProcess = channel && connectToRootProcess(channelToParent(channel));
  try {
    const host = await startHost({ home, rootProcess, onLogLine });
    try {
      if (!rootProcess) linkPrograms(home, io.script);
      await untilToldToStop(host, rootProcess);
      return 0;
    } finally {
      await host.stop();
    }
  } finally {
    rootProcess?.close();
    endProcessSoon();
  }
}

/** The rc script decides, and every program looks in the control file. @throws UserError */
async function keepDefaultDelivery(home: string, delivery: string, { stderr }: CommandIo): Promise<void> {
  const lines = delivery.replace(/\n$/, '');
  if (lines === readControl(home).defaultDelivery) return;
  const path = join(home, 'control', 'defaultdelivery');
  try {
    await rewriteFile(path, Buffer.from(`${lines}\n`, 'latin1'));
  } catch (cause) {
    throw new UserError(`Unable to write ${path}: ${reasonOf(cause)}.`, { exitCode: 111, cause });
  }
  stderr.write(`qmail-start: control/defaultdelivery was replaced by the first argument\n`);
}
