// --home DIR may precede a command's own arguments; qmail's programs do not know this option and get the rest.
import { resolve } from 'node:path';
import { UserError } from '../../core/lib/user-error.ts';

/** How many of the arguments are a leading `--home DIR` or `--home=DIR`. */
export function leadingHome([first = '']: readonly string[]): number {
  if (first === '--home') return 2;
  return first.startsWith('--home=') ? 1 : 0;
}

/**
 * Removes a leading `--home DIR` (or `--home=DIR`); later ones are removed too, up to `--`.
 * @param onlyLeading options after the first other argument belong to another program
 * @param usual the home when neither an argument nor WAYPOST_HOME names one
 * @throws UserError when the directory is missing
 */
export function takeHomeOption(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  usual: () => string,
  onlyLeading = false,
): { home: string; rest: string[] } {
  const rest: string[] = [];
  let home = env.WAYPOST_HOME;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') return { home: resolve(home || usual()), rest: [...rest, ...args.slice(at)] };
    if (arg === '--home') {
      const named = args[++at];
      if (!named) throw new UserError('--home needs a directory.', { exitCode: 100 });
      home = named;
    } else if (arg.startsWith('--home=')) {
      home = arg.slice('--home='.length);
    } else {
      if (onlyLeading) return { home: resolve(home || usual()), rest: args.slice(at) };
      rest.push(arg);
    }
  }
  return { home: resolve(home || usual()), rest };
}
