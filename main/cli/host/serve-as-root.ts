// waypost serve, started by root: this process stays as the small parent (core/privsep), and starts the same command again as
// the user that the home names for the host.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Writable } from 'node:stream';
import { builtinPrograms } from '../../../core/host/builtin-programs.ts';
import { asUserPath } from '../../../core/host/processes/as-user-path.ts';
import { processCommand } from '../../../core/host/processes/process-commands.ts';
import { boundSocket } from '../../../core/lib/net/system-sockets.ts';
import { reasonOf, UserError } from '../../../core/lib/user-error.ts';
import { usersOfHome } from '../../../core/privsep/home-users.ts';
import { runRootProcess } from '../../../core/privsep/root-process.ts';
import type { ListenOn } from '../../../core/ucspi/bind.ts';
import { rendererDir } from '../../build/renderer-dir.ts';
import { linkPrograms } from '../../link-programs.ts';
import { withholdDescriptors } from '../keep-descriptors.ts';

/** @returns the host's exit code. @throws UserError when an address cannot be bound, or root must not run this home */
export async function serveAsRoot(options: {
  readonly home: string;
  /** The command that the host runs. */
  readonly command: 'serve' | 'qmail-start';
  readonly args: readonly string[];
  readonly script: string;
  readonly addresses: Readonly<Record<string, ListenOn | undefined>>;
  readonly checkpassword: string | undefined;
  readonly stderr: NodeJS.WritableStream;
  /** The host's standard output, if it does not go to ours. */
  readonly stdout?: Writable | undefined;
}): Promise<number> {
  const { home, args, script, addresses, checkpassword, stderr, stdout } = options;
  await withholdDescriptors();
  const bound: Record<string, number> = {};
  for (const [name, on] of Object.entries(addresses)) {
    // A page that may have any port prefers its last one, which only the host knows.
    if (on && !(name === 'ui' && on.port === 0)) bound[name] = await bindFor(name, on);
  }
  const users = usersOfHome(home);
  linkPrograms(home, script);
  if (addresses.ui) await rendererDir(); // Run from source, the page is built by the owner of the source tree.
  return runRootProcess({
    home,
    command: [process.execPath, ...process.execArgv, script, options.command, '--home', home, ...args],
    environment: process.env,
    bound,
    users,
    asUserPath,
    programs: Object.keys(builtinPrograms),
    commandOf: processCommand,
    pop3dCommand: [process.execPath, script, 'qmail-pop3d'],
    checkpassword,
    stdout,
    log: line => void stderr.write(`waypost: ${line}\n`),
  });
}

async function bindFor(name: string, { address, port }: ListenOn): Promise<number> {
  try {
    const ip = isIP(address) === 0 ? (await lookup(address)).address : address;
    return boundSocket(ip, port);
  } catch (cause) {
    throw new UserError(`Unable to listen for ${name} on ${address} port ${port}: ${reasonOf(cause)}.`, { cause });
  }
}
