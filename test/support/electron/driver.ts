// Starts the desktop for a test: in real Electron where a runtime is there, else in the double. The scenario does not
// know which: it gets a page, a way to run functions in the main process, and the process's end.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Browser, chromium, _electron as electronDriver, type Page } from 'playwright-core';
import { installedChromium } from '../chromium.ts';
import { person } from '../host-process.ts';

/** The module as the main process has it. */
export type ElectronModule = typeof import('electron');

export interface DesktopApp {
  readonly kind: 'electron' | 'double';
  /** Runs a function in the main process. It must use nothing but its arguments. */
  evaluate<Result, Arg>(
    ask: (electron: ElectronModule, arg: Arg) => Result | Promise<Result>,
    arg: Arg,
  ): Promise<Result>;
  /** The page of the app's window, once there is one. */
  page(): Promise<Page>;
  /** What was written to standard error so far. */
  stderr(): string;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  /** Ends it at once, whatever state it is in. */
  kill(): void;
}

export interface LaunchOptions {
  /** The built entry, dist/main/main.js. */
  readonly entry: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

const repository = join(import.meta.dirname, '..', '..', '..');

/** The executable of an Electron runtime on this machine; undefined when there is none. */
export function findElectron(env: NodeJS.ProcessEnv): string | undefined {
  const packageDir = join(repository, 'node_modules', 'electron');
  const pathFile = join(packageDir, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const path = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(packageDir, 'dist'), name);
  return existsSync(path) ? path : undefined;
}

export function launchDesktop(options: LaunchOptions): Promise<DesktopApp> {
  const executable = findElectron(options.env);
  return executable ? launchElectron(executable, options) : launchDouble(options);
}

async function launchElectron(executable: string, options: LaunchOptions): Promise<DesktopApp> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const app = await electronDriver.launch({
    executablePath: executable,
    args: [...asRoot, options.entry, ...options.args],
    env: options.env as Record<string, string>,
  });
  const child = app.process();
  return {
    kind: 'electron',
    evaluate: (ask, arg) => app.evaluate(ask as never, arg as never) as never,
    page: () => app.firstWindow(),
    ...watchProcess(child),
  };
}

async function launchDouble(options: LaunchOptions): Promise<DesktopApp> {
  await installedChromium(); // root unpacks it, the person may not
  const run = join(import.meta.dirname, 'run.ts');
  const child = spawn(process.execPath, [run, options.entry, ...options.args], {
    env: options.env,
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    ...person,
  });
  const answers = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const port = Promise.withResolvers<number>();
  let lastId = 0;
  let browser: Promise<Browser> | undefined;
  port.promise.catch(() => {});

  child.on('message', (message: { kind: string; debugPort: number; id: number; value: never; error?: string }) => {
    if (message.kind === 'chromium') return port.resolve(message.debugPort);
    const answer = answers.get(message.id);
    answers.delete(message.id);
    if (message.error === undefined) answer?.resolve(message.value);
    else answer?.reject(new Error(message.error));
  });
  child.once('exit', () => {
    const ended = new Error('the desktop has ended');
    port.reject(ended);
    for (const answer of answers.values()) answer.reject(ended);
    browser?.then(one => one.close()).catch(() => {});
  });

  return {
    kind: 'double',
    evaluate(ask, arg) {
      lastId += 1;
      const id = lastId;
      child.send({ id, source: String(ask), arg });
      return new Promise((resolve, reject) => answers.set(id, { resolve, reject }));
    },
    async page() {
      browser ??= port.promise.then(found =>
        chromium.connectOverCDP(`http://127.0.0.1:${found}`, { noDefaults: true }),
      );
      const context = (await browser).contexts()[0];
      if (!context) throw new Error('Chromium has no context');
      const isApp = (page: Page) => page.url().includes('.app.invalid/');
      for (;;) {
        const page = context.pages().find(isApp);
        if (page) {
          // The double's own connection answers what the page asks; without this, this one would too, with yes.
          page.on('dialog', () => undefined);
          return page;
        }
        if (child.exitCode !== null) throw new Error('the desktop has ended');
        await sleep(20);
      }
    },
    ...watchProcess(child),
  };
}

function watchProcess(child: ChildProcess): Pick<DesktopApp, 'stderr' | 'exited' | 'kill'> {
  let text = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', piece => {
    text += piece;
  });
  return {
    stderr: () => text,
    exited: once(child, 'exit').then(([code]) => code as number | null),
    kill: () => void child.kill('SIGKILL'),
  };
}
