// waypost serve: the host without a desktop, like qmail-start with its services (and the page with --ui).
import { type Host, startHost } from '../../../core/host.ts';
import { createTlsFiles } from '../../../core/listen/tls-files.ts';
import { channelToParent } from '../../../core/privsep/channel.ts';
import { takeRootChannel, takeSockets, withInherited } from '../../../core/privsep/inherited-descriptors.ts';
import { connectToRootProcess, type RootProcess } from '../../../core/privsep/root-process-client.ts';
import { rendererDir } from '../../build/renderer-dir.ts';
import { serveUi, type UiServer } from '../../headless/serve-ui.ts';
import { keepYoungGenerationSmall } from '../../headless/young-generation.ts';
import { linkPrograms } from '../../link-programs.ts';
import { refuseBesideRunning } from '../../running/show-running.ts';
import type { CommandIo } from '../command-io.ts';
import { parseOptions } from '../parse-options.ts';
import { type ListenAddresses, listenAddresses, listenOptions, pageNameOf } from './listen-options.ts';

/** Runs until SIGTERM or SIGINT. @returns 0; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parseOptions(args, {
    options: { ...listenOptions, verbose: { type: 'boolean', default: false } },
  });
  const addresses = listenAddresses(values);
  // Whatever umask it was started with, the host can read the files that it writes.
  process.umask(process.umask() & 0o077);
  const name = pageNameOf(values);
  const home = io.home;
  await refuseBesideRunning(home);
  if (process.geteuid?.() === 0) {
    const { serveAsRoot } = await import('./serve-as-root.ts');
    return serveAsRoot({
      home,
      command: 'serve',
      args,
      script: io.script,
      addresses,
      checkpassword: values.checkpassword,
      stderr: io.stderr,
    });
  }
  keepYoungGenerationSmall();
  const channel = takeRootChannel(process.env);
  const rootProcess = channel && connectToRootProcess(channelToParent(channel));
  try {
    const opened = withInherited(addresses, takeSockets(process.env));
    return await serveHere(io, { addresses: opened, name, rootProcess, ...values });
  } finally {
    rootProcess?.close();
    endProcessSoon();
  }
}

/** How long the last words of a stopped host may take to be read. */
const lastWordsMs = 5000;

/** The host is stopped: nothing that a fault left open keeps its process alive. */
export function endProcessSoon(): void {
  setTimeout(() => process.exit(), lastWordsMs).unref();
}

interface Served {
  readonly addresses: ListenAddresses;
  /** The name by which browsers reach the page. */
  readonly name: string | undefined;
  readonly rootProcess: RootProcess | undefined;
  readonly checkpassword?: string | undefined;
  readonly verbose: boolean;
}

async function serveHere(
  io: CommandIo,
  { addresses, name, rootProcess, checkpassword, verbose }: Served,
): Promise<number> {
  const home = io.home;
  const { ui: uiOn, ...others } = addresses;
  const host = await startHost({
    home,
    checkpassword,
    pop3dCommand: [process.execPath, io.script, 'qmail-pop3d'],
    ...others,
    rootProcess,
    onLogLine: verbose ? line => io.stderr.write(`${line}\n`) : undefined,
  });
  try {
    if (!rootProcess) linkPrograms(home, io.script);
    const tls = createTlsFiles(home, line => io.stderr.write(`${line}\n`));
    const ui = uiOn && (await serveUi({ host, ...uiOn, name, tls, rendererDir: await rendererDir() }));
    const ended = untilToldToStop(host, rootProcess);
    for (const { code, text } of host.status().problems) {
      if (code === 'qmqp-closed') io.stderr.write(`waypost: ${text}\n`);
    }
    io.stdout.write(`${readyLine(host, ui, rootProcess ? process.ppid : process.pid)}\n`);
    await ended;
    await ui?.close();
    return 0;
  } finally {
    await host.stop();
  }
}

/**
 * TERM, INT and the end of the root process stop the host, HUP makes it read the control files again, ALRM makes all messages
 * due (qmail-send's signals).
 */
export function untilToldToStop(host: Host, rootProcess: RootProcess | undefined): Promise<void> {
  process.on('SIGHUP', () => host.reload());
  process.on('SIGALRM', () => host.retryAll());
  return new Promise(resolve => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    rootProcess?.onGone(resolve);
  });
}

function readyLine(host: Host, ui: UiServer | undefined, pid: number): string {
  const { smtp, pop3, pop3s, qmtp, qmqp, turn, me, home } = host.status();
  return JSON.stringify({
    ready: true,
    me,
    home,
    pid,
    ...(smtp && { smtp }),
    ...(pop3 && { pop3 }),
    ...(pop3s && { pop3s }),
    ...(qmtp && { qmtp }),
    ...(qmqp && { qmqp }),
    ...(turn && { turn }),
    ...(ui && { ui: { url: ui.invite(false).url } }),
  });
}
