// waypost serve: the host without a screen of its own, as qmail-start with its services (and the page behind --ui).
import { type Host, startHost } from '../../../core/host.ts';
import { createTlsFiles } from '../../../core/listen/tls-files.ts';
import { channelToParent } from '../../../core/privsep/channel.ts';
import { takeDoors, takeParent, withInherited } from '../../../core/privsep/inherited-descriptors.ts';
import { createRootParent, type RootParent } from '../../../core/privsep/root-process-client.ts';
import { rendererDir } from '../../build/renderer-dir.ts';
import { serveUi, type UiServer } from '../../headless/serve-ui.ts';
import { keepYoungGenerationSmall } from '../../headless/young-generation.ts';
import { linkPrograms } from '../../link-programs.ts';
import { refuseBesideRunning } from '../../running/show-running.ts';
import type { CommandIo } from '../command-io.ts';
import { parsed } from '../parse-options.ts';
import { type Doors, doorsOf, listenOptions, pageNameOf } from './listen-options.ts';

/** Runs until SIGTERM or SIGINT. @returns 0; refusals are thrown as UserError */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { values } = parsed(args, {
    options: { ...listenOptions, verbose: { type: 'boolean', default: false } },
  });
  const doors = doorsOf(values);
  // Whatever mask it was started with, the host can read what it writes.
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
      doors,
      checkpassword: values.checkpassword,
      stderr: io.stderr,
    });
  }
  keepYoungGenerationSmall();
  const channel = takeParent(process.env);
  const parent = channel && createRootParent(channelToParent(channel));
  try {
    const opened = withInherited(doors, takeDoors(process.env));
    return await serveHere(io, { doors: opened, name, parent, ...values });
  } finally {
    parent?.close();
  }
}

interface Served {
  readonly doors: Doors;
  /** Of the page, as browsers are to know it. */
  readonly name: string | undefined;
  readonly parent: RootParent | undefined;
  readonly checkpassword?: string | undefined;
  readonly verbose: boolean;
}

async function serveHere(io: CommandIo, { doors, name, parent, checkpassword, verbose }: Served): Promise<number> {
  const home = io.home;
  const { ui: uiOn, ...others } = doors;
  const host = await startHost({
    home,
    checkpassword,
    pop3dCommand: [process.execPath, io.script, 'qmail-pop3d'],
    ...others,
    parent,
    onLogLine: verbose ? line => io.stderr.write(`${line}\n`) : undefined,
  });
  try {
    if (!parent) linkPrograms(home, io.script);
    const tls = createTlsFiles(home, line => io.stderr.write(`${line}\n`));
    const ui = uiOn && (await serveUi({ host, ...uiOn, name, tls, rendererDir: await rendererDir() }));
    const ended = untilToldToStop(host, parent);
    for (const { code, text } of host.status().troubles) {
      if (code === 'qmqp-closed') io.stderr.write(`waypost: ${text}\n`);
    }
    io.stdout.write(`${readyLine(host, ui, parent ? process.ppid : process.pid)}\n`);
    await ended;
    await ui?.close();
    return 0;
  } finally {
    await host.stop();
  }
}

/** TERM, INT and the parent's end stop, HUP rereads the control files, ALRM tries everything now (qmail-send's signals). */
export function untilToldToStop(host: Host, parent: RootParent | undefined): Promise<void> {
  process.on('SIGHUP', () => host.reload());
  process.on('SIGALRM', () => host.retryAll());
  return new Promise(resolve => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    parent?.onGone(resolve);
  });
}

function readyLine(host: Host, ui: UiServer | undefined, pid: number): string {
  const { smtp, pop3, pop3s, qmtp, qmqp, me, home } = host.status();
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
    ...(ui && { ui: { url: ui.invite(false).url } }),
  });
}
