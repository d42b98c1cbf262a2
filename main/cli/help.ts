// The output of --help: the list of all commands, or one command with its options.
import { defaultHome } from '../../core/home/make-home.ts';
import { areas } from './areas.ts';
import type { Command, Commands, Verb } from './command.ts';
import { leadingHome } from './home-option.ts';

/** True when the arguments of a command ask for its help. In qmail's programs -h has its own meaning. */
export function asksForHelp({ usage }: Command, args: readonly string[]): boolean {
  if (!usage.startsWith('waypost ')) return args[leadingHome(args)] === '--help';
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? undefined : end).some(arg => arg === '--help' || arg === '-h');
}

/** All commands, and the path of the home. */
export function helpText(): string {
  const lines = (table: Commands) => Object.entries(table).map(([name, { says }]) => `  ${name.padEnd(14)} ${says}`);
  const list = areas.map(([title, table]) => [`${title}:`, ...lines(table), ''].join('\n'));
  const home = defaultHome(process.env, process.platform);
  return `usage: waypost [--home DIR] COMMAND …\n\n${list.join('\n')}\nEach command has --help and a manual page. The home is --home, WAYPOST_HOME, or ${home}.`;
}

/** One command and its options; with an argument that has help of its own, that one. */
export function commandHelp(command: Command, args: readonly string[] = []): string {
  const verbs: Readonly<Record<string, Verb>> = command.verbs ?? {};
  const named = args.find(arg => Object.hasOwn(verbs, arg));
  const verb = named === undefined ? undefined : verbs[named];
  return verb ? optionsHelp(verb) : [optionsHelp(command), ...verbLines(verbs)].join('\n');
}

function optionsHelp({ usage, says, options = {} }: Verb): string {
  const all = Object.entries({
    ...options,
    '--home DIR': 'the home to use; default: WAYPOST_HOME, or the default home',
  });
  const width = Math.max(...all.map(([option]) => option.length)) + 2;
  return [`usage: ${usage}`, says, '', ...all.map(([option, does]) => `  ${option.padEnd(width)}${does}`)].join('\n');
}

function verbLines(verbs: Readonly<Record<string, Verb>>): string[] {
  const all = Object.values(verbs).flatMap(({ usage, says }) => ['', usage, `    ${says}`]);
  return all.length === 0 ? [] : [...all, '', 'Each of them has --help.'];
}
