// Shows an address in the user's browser, where there is a screen to show it on.
import { spawn } from 'node:child_process';

/** The program that opens an address; undefined where there is no screen, or somebody asked for quiet. */
export function browserCommand(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform,
): readonly [file: string, ...args: string[]] | undefined {
  if (env.CI || env.BROWSER === 'none') return undefined;
  if (platform === 'darwin') return ['open'];
  // explorer hands addresses to the default browser and, unlike `start`, needs no shell.
  if (platform === 'win32') return ['explorer.exe'];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Tries, and leaves it at that: the address was printed too. */
export function openBrowser(url: string): void {
  const command = browserCommand(process.env, process.platform);
  if (!command) return;
  const [file, ...args] = command;
  const child = spawn(file, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
