// qmail-local: delivers the message on standard input to a user according to .qmail files; with -n it only prints what it would do. The
// host does the same without a process; this command is for tests by hand, and for other mailers.
import { fstatSync } from 'node:fs';
import { hostname } from 'node:os';
import { builtinPrograms } from '../../../core/host/builtin-programs.ts';
import { waitingClock } from '../../../core/lib/clock.ts';
import { createDirectorySync } from '../../../core/lib/disk/directory-sync.ts';
import { parseOptions } from '../../../core/lib/process/getopt.ts';
import { ownProgramLinks } from '../../../core/local/into/find-own-program.ts';
import { messageInFile } from '../../../core/local/message/message.ts';
import { createNewMessages } from '../../../core/local/message/new-messages.ts';
import { basicVariables } from '../../../core/local/program-environment.ts';
import { followDotQmail, type LocalArgs } from '../../../core/local/qmail-local.ts';
import { checkHome } from '../../../core/local/rules/plan.ts';
import { addressFromText } from '../../../core/message/address.ts';
import { createUniqueName } from '../../../core/paper-path/maildir-names.ts';
import { acceptInto, bytesOf, invoker } from '../builtin-program.ts';
import type { CommandIo } from '../command-io.ts';

/** @returns 0 delivered, 100 permanent failure, 111 try again */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const write = (to: 'stdout' | 'stderr', bytes: string) => void io[to].write(Buffer.from(bytes, 'latin1'));
  const call = parseCall(args.map(addressFromText));
  if (!call) {
    write('stderr', 'qmail-local: usage: qmail-local [ -nN ] user homedir local dash ext domain sender aliasempty\n');
    return 100;
  }
  const stdin = fstatSync(0);
  if (!stdin.isFile() && !call.dryRun) {
    write('stderr', 'Unable to rewind message. (#4.3.0)\n');
    return 111;
  }
  if (call.dryRun && checkHome(call.args.homeDir) === 'sticky') {
    write('stderr', 'Warning: home directory is sticky.\n');
  }
  process.umask(0o077);
  const message = messageInFile(0, stdin.size);
  const failure = await followDotQmail(
    { ...call.args, basicVariables: { ...bytesOf(io.env), ...basicVariables(io.home, io.env) } },
    {
      message,
      clock: waitingClock,
      maildir: {
        uniqueName: createUniqueName({ clock: waitingClock, hostName: hostname(), pid: process.pid }),
        syncDirectory: createDirectorySync(),
      },
      programs: builtinPrograms,
      isOurs: ownProgramLinks(io.home),
      dryRun: call.dryRun,
      ...createNewMessages(acceptInto(io), message, invoker()),
    },
    { add: bytes => write('stdout', bytes) },
  );
  if (failure?.text) write('stderr', `${failure.text}\n`);
  return failure?.exit ?? 0;
}

/** Byte strings. */
function parseCall(
  args: readonly string[],
): { readonly args: Omit<LocalArgs, 'basicVariables'>; readonly dryRun: boolean } | undefined {
  let dryRun = false;
  const rest = parseOptions(args, { valued: '' }, letter => {
    dryRun = letter === 'n';
    return letter === 'n' || letter === 'N';
  });
  if (rest?.length !== 8) return undefined;
  const [user = '', homeDir = '', local = '', dash = '', ext = '', host = '', sender = '', defaultDelivery = ''] = rest;
  if (!homeDir.startsWith('/')) return undefined;
  const defaultDeliveryPath = 'aliasempty';
  return { args: { user, homeDir, local, dash, ext, host, sender, defaultDelivery, defaultDeliveryPath }, dryRun };
}
