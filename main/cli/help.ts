// What --help prints: the list of all commands, or one of them with its options.
import { defaultHome } from '../../core/home/make-home.ts';
import type { Command, Commands } from './command.ts';
import { areas } from './commands.ts';
import { leadingHome } from './take-home.ts';

/** True when the arguments of a command ask for its help. Those of qmail's programs are theirs, and -h is one of them. */
export function asksForHelp({ usage }: Command, args: readonly string[]): boolean {
  if (!usage.startsWith('waypost ')) return args[leadingHome(args)] === '--help';
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some(arg => arg === '--help' || arg === '-h');
}

/** All commands, and where the home is. */
export function helpText(): string {
  const lines = (table: Commands) => Object.entries(table).map(([name, { says }]) => `  ${name.padEnd(14)} ${says}`);
  const list = areas.map(([title, table]) => [`${title}:`, ...lines(table), ''].join('\n'));
  const home = defaultHome(process.env, process.platform);
  return `usage: waypost [--home DIR] COMMAND …\n\n${list.join('\n')}\nEach command has --help, and a page in the manual. The home is --home, WAYPOST_HOME, or ${home}.`;
}

/** One command, with what each of its options does. */
export function commandHelp({ usage, says, options = {} }: Command): string {
  const all = Object.entries({ ...options, '--home DIR': 'the home to work on (else WAYPOST_HOME, or the usual one)' });
  const width = Math.max(...all.map(([option]) => option.length)) + 2;
  return [`usage: ${usage}`, says, '', ...all.map(([option, does]) => `  ${option.padEnd(width)}${does}`)].join('\n');
}
