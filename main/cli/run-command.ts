// From a name and arguments to a command that runs, and from its failures to lines and exit codes.
import { UserError } from '../../core/lib/user-error.ts';
import { defaultHome } from '../../core/make-home.ts';
import { version } from '../../core/version.ts';
import type { Commands } from './command.ts';
import type { CommandIo } from './command-io.ts';
import { areas, commands } from './commands.ts';
import { rawArguments, rawEnvironment } from './raw-process.ts';
import { takeHome } from './take-home.ts';

/**
 * Runs one command.
 * @param called the name of the file that was started: one of the commands, else the first argument names it
 * @param script the path of that file
 * @returns the exit code
 */
export async function runCommand(called: string, argv: readonly string[], script: string): Promise<number> {
  const [name, args] = Object.hasOwn(commands, called) ? [called, argv] : [argv[0], argv.slice(1)];
  if (name === '--version') return say(version);
  if (name === undefined || name === '--help' || name === 'help') return say(usage(), name === undefined ? 100 : 0);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) return complain(`waypost: there is no command ${name}. See: waypost --help`, 100);
  if (args[0] === '--help') return say(`usage: ${command.usage}\n${command.says}`);
  try {
    const usual = () => defaultHome(process.env, process.platform);
    const { home, rest } = takeHome(rawArguments(args), process.env, usual, command.runsProgram);
    return await (await command.load())(
      rest,
      ioOf(process, { home, programName: name, script, env: rawEnvironment(process.env) }),
    );
  } catch (error) {
    if (error instanceof UserError) return complain(`${name}: fatal: ${error.message}`, error.exitCode);
    return complain(`${name}: fatal: ${error instanceof Error ? error.stack : error}`, 111);
  }
}

/** Streams are made when they are asked for: making one changes its descriptor, which another program may be to get. */
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

function usage(): string {
  const lines = (table: Commands) => Object.entries(table).map(([name, { says }]) => `  ${name.padEnd(14)} ${says}`);
  const list = areas.map(([title, table]) => [`${title}:`, ...lines(table), ''].join('\n'));
  return `usage: waypost COMMAND [--home DIR] …\n\n${list.join('\n')}\nEach command has --help. The home is --home, WAYPOST_HOME, or ${defaultHome(process.env, process.platform)}.`;
}

function say(text: string, exitCode = 0): number {
  process.stdout.write(`${text}\n`);
  return exitCode;
}

function complain(text: string, exitCode: number): number {
  process.stderr.write(`${text}\n`);
  return exitCode;
}
