// Finds out whether a program line of a .qmail file calls one of our own programs, which needs no process.
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { BuiltinProgram, BuiltinPrograms } from '../../paper-path/builtin-program.ts';
import { simpleCommand } from './simple-command.ts';

/** One of our programs and its arguments. */
export interface OwnProgramCall {
  readonly name: string;
  readonly args: readonly string[];
  readonly load: () => Promise<BuiltinProgram>;
}

/** How names are looked up. */
export interface OwnLookup {
  readonly programs: BuiltinPrograms;
  /** Whether a shell would find our program under this name. */
  readonly isOurs: (name: string) => boolean;
}

/**
 * The call that a command line makes: `forward …`, `/home/of/waypost/bin/forward …`, `exec forward …`.
 * @param command a byte string
 * @param env the variables of the program line; PATH begins with the home's bin/
 * @returns undefined if the line has to be run by the shell
 */
export function findOwnProgram(
  command: string,
  env: Readonly<Record<string, string>>,
  lookup: OwnLookup,
): OwnProgramCall | undefined {
  const words = simpleCommand(command, env);
  return words && ownProgramCall(words[0] === 'exec' ? words.slice(1) : words, env, lookup);
}

/** The same for a program and its arguments. */
export function ownProgramCall(
  [called = '', ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
  { programs, isOurs }: OwnLookup,
): OwnProgramCall | undefined {
  const bin = `${env.WAYPOST_HOME}/bin/`;
  const name = called.startsWith(bin) ? called.slice(bin.length) : called;
  if (!Object.hasOwn(programs, name) || !isOurs(name) || isForTheCommand(args[0])) return undefined;
  return { name, args, load: programs[name] as () => Promise<BuiltinProgram> };
}

/**
 * Tells whether a name in the home's bin/ is a link to us. In a home that was created by qmail, bin/ contains qmail's own programs.
 * @param home as text
 */
export function ownProgramLinks(home: string): OwnLookup['isOurs'] {
  return name => {
    try {
      return readlinkSync(join(home, 'bin', name)) === 'waypost';
    } catch {
      return false;
    }
  };
}

/** The options that all our commands accept before their own arguments. */
function isForTheCommand(arg = ''): boolean {
  return arg === '--home' || arg.startsWith('--home=') || arg === '--help';
}
