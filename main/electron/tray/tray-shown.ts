// Whether the desktop shows tray icons at all. On Linux a tray icon can be made without anybody showing it (plain
// GNOME): then hiding the window would lose it.
import { execFile } from 'node:child_process';

/** Runs a program and resolves with its output; undefined when it is missing, fails or takes too long. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string | undefined>;

const watcher = 'org.kde.StatusNotifierWatcher';
const bus = 'org.freedesktop.DBus';

/** Any of these tells; none of them is everywhere. */
const questions: readonly (readonly [string, readonly string[]])[] = [
  [
    'gdbus',
    [
      'call',
      '--session',
      '--dest',
      bus,
      '--object-path',
      '/org/freedesktop/DBus',
      '--method',
      `${bus}.NameHasOwner`,
      watcher,
    ],
  ],
  [
    'dbus-send',
    [
      '--session',
      '--print-reply',
      `--dest=${bus}`,
      '/org/freedesktop/DBus',
      `${bus}.NameHasOwner`,
      `string:${watcher}`,
    ],
  ],
  ['busctl', ['--user', 'call', bus, '/org/freedesktop/DBus', bus, 'NameHasOwner', 's', watcher]],
];

/** When nothing can be learned, the answer is no: a window in the task bar is found again, a hidden one is not. */
export async function isTrayShown(platform: NodeJS.Platform, run: RunProgram): Promise<boolean> {
  if (platform === 'win32' || platform === 'darwin') return true;
  for (const [file, args] of questions) {
    const output = await run(file, args);
    if (output !== undefined) return /\btrue\b/.test(output);
  }
  return false;
}

export const runProgram: RunProgram = (file, args) =>
  new Promise(resolve => {
    execFile(file, args, { timeout: 1_500 }, (error, stdout) => resolve(error ? undefined : stdout));
  });
