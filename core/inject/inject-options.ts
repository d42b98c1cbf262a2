// The command line of qmail-inject.

/** Where the recipients come from. */
type RecipientSource = 'arguments-or-header' | 'arguments' | 'header' | 'arguments-and-header';

export interface InjectOptions {
  /** Print the rewritten message instead of queueing it. */
  readonly print: boolean;
  readonly recipientsFrom: RecipientSource;
  /** Envelope sender given with -f; undefined: not given. */
  readonly sender: string | undefined;
  /** Recipients named as arguments, unquoted. */
  readonly recipients: readonly string[];
}

/** What to say about a wrong command line. */
export const injectUsage = 'qmail-inject: usage: qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]';

const sources: Readonly<Record<string, RecipientSource>> = {
  A: 'arguments-or-header',
  a: 'arguments',
  h: 'header',
  H: 'arguments-and-header',
};

/** Reads the arguments (byte strings); undefined when an option is unknown or lacks its value. */
export function parseInjectArguments(args: readonly string[]): InjectOptions | undefined {
  let print = false;
  let recipientsFrom: RecipientSource = 'arguments-or-header';
  let sender: string | undefined;
  const parsed = parseOptions(args, { valued: 'f' }, (letter, value) => {
    const source = sources[letter];
    if (source) recipientsFrom = source;
    else if (letter === 'f') sender = value;
    else if (letter === 'n' || letter === 'N') print = letter === 'n';
    else return false;
    return true;
  });
  return parsed && { print, recipientsFrom, sender, recipients: parsed };
}

/** Letters that take a value, attached or as the next argument, and letters that take one only if it is attached. */
interface OptionLetters {
  readonly valued: string;
  readonly attached?: string;
}

/**
 * Walks options as getopt(3) does: letters may be joined, `--` ends them.
 * @param take is given each option; answers false when it does not know it
 * @returns the arguments after the options; undefined when an option was refused or lacks its value
 */
export function parseOptions(
  args: readonly string[],
  { valued, attached = '' }: OptionLetters,
  take: (letter: string, value: string) => boolean,
): readonly string[] | undefined {
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] as string;
    if (arg === '--') return args.slice(at + 1);
    if (!arg.startsWith('-') || arg === '-') return args.slice(at);
    for (let i = 1; i < arg.length; i++) {
      const letter = arg.charAt(i);
      const rest = arg.slice(i + 1);
      if (valued.includes(letter)) {
        const value = rest === '' ? args[++at] : rest;
        if (value === undefined || !take(letter, value)) return undefined;
        break;
      }
      if (!take(letter, attached.includes(letter) ? rest : '')) return undefined;
      if (attached.includes(letter)) break;
    }
  }
  return [];
}
