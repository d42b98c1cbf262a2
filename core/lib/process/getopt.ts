// Options of one letter, as qmail's programs parse them (sgetopt).

/** Letters with a value, attached or as the next argument; and letters that may have an attached value. */
interface OptionLetters {
  readonly valued: string;
  readonly attached?: string;
}

/**
 * Parses options as getopt(3) does: letters may be joined, `--` ends them.
 * @param take gets each option; returns false for an unknown one
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
