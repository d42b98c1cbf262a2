// Shows a file in the user's browser, where there is a screen. Every user of the machine can read arguments, so an address
// with a key is never one: see core/host/pages/forwarding-file.ts.
import { spawn } from 'node:child_process';

type Env = Readonly<Record<string, string | undefined>>;

/** The program that opens a file; undefined where there is no screen, or the environment forbids it. */
export function browserCommand(
  env: Env,
  platform: NodeJS.Platform,
): readonly [file: string, ...args: string[]] | undefined {
  if (env.CI || env.BROWSER === 'none') return undefined;
  if (platform === 'darwin') return ['open'];
  // explorer hands files to the default browser and, unlike `start`, needs no shell.
  if (platform === 'win32') return ['explorer.exe'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Tries to open it. A failure does not matter: the address was printed too. */
export function openBrowser(path: string, env: Env, platform: NodeJS.Platform): void {
  const command = browserCommand(env, platform);
  if (!command) return;
  const [file, ...args] = command;
  const child = spawn(file, [...args, path], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
