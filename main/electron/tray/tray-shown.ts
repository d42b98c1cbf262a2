// Finds out whether the desktop shows tray icons. On Linux an icon can be created that is not shown (plain GNOME): a hidden
// window could not be found again then.
import { execFile } from 'node:child_process';

/** Runs a program and resolves with its output; undefined when it is missing, fails or takes too long. */
export type RunProgram = (file: string, args: readonly string[]) => Promise<string | undefined>;

const watcher = 'org.kde.StatusNotifierWatcher';
const bus = 'org.freedesktop.DBus';

/** Any of these programs answers; none of them is on every system. */
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

/** If no program answers, the answer is no: a minimised window can be found again, a hidden one cannot. */
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
