// What the table of each area says of one command.
import type { CommandIo } from './command-io.ts';

/** Runs a command. @returns its exit code */
export type Run = (args: readonly string[], io: CommandIo) => Promise<number>;

/** One command of the command line. */
export interface Command {
  /** It begins with `waypost` unless other programs call the command by its own name (see main/programs.ts). */
  readonly usage: string;
  /** What it does, in a line. */
  readonly says: string;
  /** What each option that `usage` names does; --home is explained for all. */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * Its arguments name a program to run, whose own arguments are left alone: --home may only stand before. The
   * program gets the descriptors that the caller opened; one `beside` it does not.
   */
  readonly runsProgram?: true | 'beside';
  readonly load: () => Promise<Run>;
}

export type Commands = Readonly<Record<string, Command>>;
