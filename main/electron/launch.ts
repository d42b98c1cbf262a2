// What the command line asks of the desktop. Unknown words are left alone: Electron and Chromium add their own.
import { resolve } from 'node:path';
import { classifyLink } from './links.ts';

export interface Launch {
  /** The home directory that was asked for; undefined for the usual one. */
  readonly home: string | undefined;
  /** Start without a window (at login). */
  readonly hidden: boolean;
  /** A mailto: URL to begin a message with. */
  readonly mailto: string | undefined;
  readonly verbose: boolean;
}

/** @param directory what relative paths mean */
export function parseLaunch(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Launch {
  const at = argv.indexOf('--home');
  const home =
    (at >= 0 ? argv[at + 1] : undefined) ??
    argv.find(word => word.startsWith('--home='))?.slice('--home='.length) ??
    env.WAYPOST_HOME;
  return {
    home: home ? resolve(directory, home) : undefined,
    hidden: argv.includes('--hidden'),
    mailto: argv.find(word => classifyLink(word).kind === 'mailto'),
    verbose: argv.includes('--verbose'),
  };
}
