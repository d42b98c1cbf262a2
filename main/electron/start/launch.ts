// Parses the desktop's command line. Unknown words are ignored: Electron and Chromium add their own.
import { resolve } from 'node:path';
import { classifyLink } from '../window/links.ts';

export interface Launch {
  /** The home directory that was given; undefined: the default one. */
  readonly home: string | undefined;
  /** Start without a window (at login). */
  readonly hidden: boolean;
  /** A mailto: URL to start a message with. */
  readonly mailto: string | undefined;
  readonly verbose: boolean;
}

/** Separates options from the link in every command that is registered for links. */
export const endOfOptions = '--';

/**
 * A link is a stranger's text, and on Windows a quote in it makes several words of it: after a link or `--`, no word is an
 * option. A command line with a link but without `--` is not one that this app registered, and sets no options.
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

/** Any scheme and length, well formed or not; `C:` is a drive. */
function looksLikeLink(word: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(word);
}
