// Starts the app at login, without a window: by a login item on macOS and Windows, by a desktop entry on Linux.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { App } from 'electron';
import { errorCode } from '../../../core/lib/user-error.ts';
import { text } from '../text.ts';

/** How this app is started again: the program and its arguments without `--hidden`. */
export interface StartCommand {
  readonly program: string;
  readonly args: readonly string[];
}

/** Creates or removes the login item, as the user wants. */
export function syncAutostart(deps: {
  app: Pick<App, 'setLoginItemSettings'>;
  platform: NodeJS.Platform;
  wanted: boolean;
  command: StartCommand;
  /** The home that is served; the entry of another home is left alone. */
  home: string;
  /** Linux: ~/.config */
  configDir: string;
}): void {
  const { program, args } = deps.command;
  if (deps.platform === 'darwin') deps.app.setLoginItemSettings({ openAtLogin: deps.wanted });
  else if (deps.platform === 'win32') {
    deps.app.setLoginItemSettings({ openAtLogin: deps.wanted, path: program, args: [...args, '--hidden'] });
  } else syncDesktopEntry(join(deps.configDir, 'autostart', 'waypost.desktop'), deps);
}

function syncDesktopEntry(path: string, deps: { wanted: boolean; command: StartCommand; home: string }): void {
  const present = readIfThere(path);
  if (deps.wanted) {
    const entry = desktopEntry(deps.command, deps.home);
    if (present === entry) return;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, entry);
  } else if (present?.split('\n').includes(homeLine(deps.home))) rmSync(path, { force: true });
}

/** Desktop Entry Specification 1.5; the home is noted, so that the entry is recognised later. */
export function desktopEntry(command: StartCommand, home: string): string {
  const words = [command.program, ...command.args, '--hidden'].map(quoteExec);
  return [
    '[Desktop Entry]',
    'Type=Application',
    `Name=${text.name}`,
    `Comment=${text.autostartComment}`,
    `Exec=${words.join(' ')}`,
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    homeLine(home),
    '',
  ].join('\n');
}

function homeLine(home: string): string {
  return `X-Waypost-Home=${escapeValue(home)}`;
}

/** Quoted as in "The Exec key" of the specification, then escaped like any string value. */
function quoteExec(word: string): string {
  const quoted = `"${word.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%')}"`;
  return escapeValue(/^[A-Za-z0-9@:,._/=+-]+$/.test(word) ? word : quoted);
}

function escapeValue(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r');
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
