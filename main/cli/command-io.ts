// What a command of the command line gets from its process.
import type { Readable, Writable } from 'node:stream';

/** Everything outside of one command; tests pass their own. */
export interface CommandIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** The home directory to work on, an absolute path: --home, WAYPOST_HOME or the platform's default. It need not exist. */
  readonly home: string;
  /** The name the command was called by, without its directory. */
  readonly programName: string;
  /** The file that runs: the `waypost` command itself. */
  readonly script: string;
}
