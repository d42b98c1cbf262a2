// npm start: builds, then opens the desktop if Electron's runtime is there or can be downloaded, otherwise the same host
// behind a web page on this machine.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { defaultHome } from '../core/home/make-home.ts';
import { UserError } from '../core/lib/user-error.ts';
import { build } from './build/build.ts';
import { rendererDir } from './build/renderer-dir.ts';
import { parseLaunch } from './electron/start/launch.ts';
import { downloadRuntime, installedRuntime } from './electron-runtime.ts';
import { browserCommand, openBrowser } from './headless/open-browser.ts';
import { runHeadless } from './headless/run.ts';
import { showRunning } from './running/show-running.ts';
import { openedText, statusText } from './running/status-text.ts';

const repository = join(import.meta.dirname, '..');
const electronPackage = join(repository, 'node_modules', 'electron');
const args = process.argv.slice(2);
const launch = parseLaunch(process.argv.slice(1), process.env, process.cwd());
const home = launch.home ?? defaultHome(process.env, process.platform);
const say = (line: string) => process.stdout.write(`${line}\n`);

await orComplain(async () => {
  // A mailto link is for the desktop, which passes it to the running one.
  const running = launch.mailto === undefined ? await showRunning(home, process.env, launch.hidden) : undefined;
  if (running !== undefined) return void process.stdout.write(running);
  const runtime = await findRuntime();
  if (!runtime) return startPage();
  // One after the other: a build of everything would first remove dist/, which a running host may serve from.
  await build({ parts: ['renderer'] });
  await build({ parts: ['electron', 'cli'] });
  startDesktop(runtime);
});

async function orComplain(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`waypost: ${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}

async function findRuntime(): Promise<string | undefined> {
  const find = () => installedRuntime(electronPackage, process.env, process.platform);
  const found = find();
  if (found) return found;
  await downloadRuntime(electronPackage, process.env);
  return find();
}

function startDesktop(executable: string): void {
  const child = spawn(executable, [repository, ...args], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both processes; this one then waits for the other to finish its deliveries.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', code => process.exit(code ?? 1));
}

async function startPage(): Promise<void> {
  say('Electron’s runtime is not here and could not be downloaded, so Waypost opens as a web page on this machine.');
  const page = await runHeadless({ home, rendererDir: await rendererDir(), verbose: launch.verbose, say });
  const opens = !launch.hidden && browserCommand(process.env, process.platform) !== undefined;
  const { url, file } = page.invite(opens);
  process.stdout.write(`${openedText({ shown: 'page', url, file })}\n${statusText(page.status())}\n`);
  say('Another address for the page: npm run -s waypost -- open. To stop: Ctrl-C, which lets running deliveries end.');
  if (file !== null) openBrowser(file, process.env, process.platform);
  stopOnSignal(page.stop);
}

/** The first signal lets deliveries end; a second one does not wait for them. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      say('Finishing deliveries…');
      stop().then(
        () => process.exit(0),
        error => {
          process.stderr.write(`waypost: ${error}\n`);
          process.exit(1);
        },
      );
    });
  }
}
