// Finds a command by its name, runs it, and turns its failures into lines and exit codes.

import { defaultHome } from '../../core/home/make-home.ts';
import { version } from '../../core/host/version.ts';
import { UserError } from '../../core/lib/user-error.ts';
import { commands } from './areas.ts';
import type { CommandIo } from './command-io.ts';
import { asksForHelp, commandHelp, helpText } from './help.ts';
import { leadingHome, takeHomeOption } from './home-option.ts';
import { keepInheritedDescriptors } from './keep-descriptors.ts';
import { rawArguments, rawEnvironment } from './raw-process.ts';

/**
 * Runs one command.
 * @param called the name of the file that was started: one of the commands; otherwise the first argument is the command
 * @param script the path of that file
 * @returns the exit code
 */
export async function runCommand(called: string, argv: readonly string[], script: string): Promise<number> {
  let shownAs = called;
  try {
    const words = rawArguments(argv);
    const { name, args } = Object.hasOwn(commands, called) ? { name: called, args: words } : commandIn(words);
    if (name === '--version') return say(version);
    if (name === undefined) return say(helpText(), 100);
    if (['--help', '-h', 'help'].includes(name)) return say(helpText());
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!command) return complain(`waypost: there is no command ${name}. See: waypost --help`, 100);
    if (asksForHelp(command, args)) return say(commandHelp(command, args));
    shownAs = name;
    const usual = () => defaultHome(process.env, process.platform);
    const { home, rest } = takeHomeOption(args, process.env, usual, command.runsProgram !== undefined);
    if (command.runsProgram === true) await keepInheritedDescriptors();
    const run = await command.load();
    return await run(rest, ioOf(process, { home, programName: name, script, env: rawEnvironment(process.env) }));
  } catch (error) {
    if (error instanceof UserError) return complain(`${shownAs}: fatal: ${error.message}`, error.exitCode);
    return complain(`${shownAs}: fatal: ${error instanceof Error ? error.stack : error}`, 111);
  }
}

/** --home may precede the command's name. */
function commandIn(words: readonly string[]): { name: string | undefined; args: readonly string[] } {
  const before = leadingHome(words);
  return { name: words[before], args: [...words.slice(0, before), ...words.slice(before + 1)] };
}

/** Streams are created only when they are used: creating one changes its descriptor, which may be for another program. */
function ioOf(outside: NodeJS.Process, rest: Pick<CommandIo, 'env' | 'home' | 'programName' | 'script'>): CommandIo {
  return {
    ...rest,
    get stdin() {
      return outside.stdin;
    },
    get stdout() {
      return outside.stdout;
    },
    get stderr() {
      return outside.stderr;
    },
  };
}

function say(text: string, exitCode = 0): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}
