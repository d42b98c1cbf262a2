// The entry of the desktop: what must happen before Electron is ready, then the host (the same that `waypost serve` starts), then
// everything around it. Electron is not ready until this file has been evaluated, so nothing here may wait for that.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { app, dialog } from 'electron';
import type { Command } from '../../core/api/transport/desktop.ts';
import { ensureHome } from '../../core/home/first-start.ts';
import { defaultHome } from '../../core/home/make-home.ts';
import { startHost } from '../../core/host.ts';
import { linkPrograms } from '../link-programs.ts';
import { showRunning } from '../running/show-running.ts';
import { startOnSmtpPort } from '../smtp-port.ts';
import { createCommands } from './commands.ts';
import { type Desktop, runDesktop } from './desktop.ts';
import { parseLaunch } from './start/launch.ts';
import { acceptMailtoEvents } from './start/mailto.ts';
import { becomeOnlyInstance } from './start/single-instance.ts';
import { reportStartFailure } from './start/start-failure.ts';
import { registerScheme } from './window/scheme.ts';
import { requireSandbox } from './window/security.ts';

const launch = parseLaunch(process.argv, process.env, process.cwd());
const home = launch.home ?? defaultHome(process.env, process.platform);
const smtpAddress = '127.0.0.1';
const log = (line: string) => process.stderr.write(`waypost: ${line}\n`);
let desktop: Desktop | undefined;

// Commands may come before there is a window or a host.
const commands = createCommands(one => desktop?.deliver(one));
function command(one: Command): void {
  commands.give(one);
  desktop?.show();
}

app.setName('Waypost');
app.setAppUserModelId('org.waypost.desktop');
app.enableSandbox();
// Chromium itself may neither resolve names nor load anything.
app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND');
app.commandLine.appendSwitch('disable-background-networking');
registerScheme();
acceptMailtoEvents(app, command);
if (launch.mailto !== undefined) command({ kind: 'compose', mailto: launch.mailto });

try {
  requireSandbox(app);
  await ensureHome(home);
  // One Chromium profile, and so one running desktop, for each home.
  const profile = join(home, 'desktop');
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  app.setPath('userData', profile);
  const isOnly = becomeOnlyInstance(app, launch, wish => {
    if (wish.mailto !== undefined) command({ kind: 'compose', mailto: wish.mailto });
    else if (!wish.hidden) desktop?.show();
  });
  if (isOnly) app.whenReady().then(start).catch(fail);
  else app.exit(0);
} catch (error) {
  fail(error);
}

async function start(): Promise<void> {
  // A home has one host. If one runs without a desktop, its page is opened instead.
  const running = await showRunning(home, process.env, launch.hidden);
  if (running !== undefined) {
    log(running);
    return app.exit(0);
  }
  linkPrograms(home, join(import.meta.dirname, '..', 'cli', 'waypost.js'));
  const onLogLine = launch.verbose ? log : undefined;
  const host = await startOnSmtpPort(smtpAddress, port =>
    startHost({ home, smtp: { address: smtpAddress, port }, onLogLine }),
  );
  desktop = await runDesktop({ host, home, launch, commands, log });
}

function fail(error: unknown): void {
  reportStartFailure({ app, dialog, log }, error);
}
