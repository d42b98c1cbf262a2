// One command in the table of its area.
import type { CommandIo } from './command-io.ts';

/** Runs a command. @returns its exit code */
export type Run = (args: readonly string[], io: CommandIo) => Promise<number>;

/** What `--help` prints of a command, or of one of its verbs. */
export interface Verb {
  /** Starts with `waypost` unless the command has a name of its own in bin/ (see main/programs.ts). */
  readonly usage: string;
  /** One sentence: what it does. */
  readonly says: string;
  /** What each option in `usage` does; --home is described for all commands in help.ts. */
  readonly options?: Readonly<Record<string, string>>;
}

/** One command of the command line. */
export interface Command extends Verb {
  /** The words that may follow it, if each has a help of its own. */
  readonly verbs?: Readonly<Record<string, Verb>>;
  /**
   * The arguments name a program to run. Its own arguments are not parsed, so --home must come before them. The program
   * inherits the descriptors that the caller opened, unless it runs `beside` the command.
   */
  readonly runsProgram?: true | 'beside';
  readonly load: () => Promise<Run>;
}

export type Commands = Readonly<Record<string, Command>>;
