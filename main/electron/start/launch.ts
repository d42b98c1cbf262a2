// What the command line asks of the desktop. Unknown words are left alone: Electron and Chromium add their own.
import { resolve } from 'node:path';
import { classifyLink } from '../window/links.ts';

export interface Launch {
  /** The home directory that was asked for; undefined for the usual one. */
  readonly home: string | undefined;
  /** Start without a window (at login). */
  readonly hidden: boolean;
  /** A mailto: URL to begin a message with. */
  readonly mailto: string | undefined;
  readonly verbose: boolean;
}

/** What stands between the options and a link in every command that we register for links. */
export const endOfOptions = '--';

/**
 * A link is a stranger's text, and on Windows one with a quote in it becomes several words: after a link, or after `--`,
 * no word is an option. A command line with a link and without `--` is not one of ours, and sets none at all.
 * @param argv the program and its words
 * @param directory what relative paths mean
 */
export function parseLaunch(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  directory: string,
): Launch {
  const words = argv.slice(1);
  const end = words.indexOf(endOfOptions);
  const rest = end < 0 ? words : words.slice(end + 1);
  const options = end >= 0 ? words.slice(0, end) : words.some(looksLikeLink) ? [] : words;
  const at = options.indexOf('--home');
  const home =
    (at >= 0 ? options[at + 1] : undefined) ??
    options.find(word => word.startsWith('--home='))?.slice('--home='.length) ??
    env.WAYPOST_HOME;
  return {
    home: home ? resolve(directory, home) : undefined,
    hidden: options.includes('--hidden'),
    mailto: rest.find(word => classifyLink(word).kind === 'mailto'),
    verbose: options.includes('--verbose'),
  };
}

/** Of any scheme and any length, well formed or not; `C:` is a drive. */
function looksLikeLink(word: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(word);
}
