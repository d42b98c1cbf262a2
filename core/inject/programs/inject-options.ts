// The command line of qmail-inject.
import { parseOptions } from '../../lib/process/getopt.ts';

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

/** The text for a wrong command line. */
export const injectUsage = 'qmail-inject: usage: qmail-inject [ -nNaAhH ] [ -fsender ] [ recip ... ]';

const sources: Readonly<Record<string, RecipientSource>> = {
  A: 'arguments-or-header',
  a: 'arguments',
  h: 'header',
  H: 'arguments-and-header',
};

/**
 * Parses the arguments (byte strings); undefined if an option is unknown or lacks its value.
 * @param takeMore called for options that qmail-inject does not have; returns false if they are unknown
 */
export function parseInjectArguments(
  args: readonly string[],
  takeMore: (letter: string) => boolean = () => false,
): InjectOptions | undefined {
  let print = false;
  let recipientsFrom: RecipientSource = 'arguments-or-header';
  let sender: string | undefined;
  const parsed = parseOptions(args, { valued: 'f' }, (letter, value) => {
    const source = sources[letter];
    if (source) recipientsFrom = source;
    else if (letter === 'f') sender = value;
    else if (letter === 'n' || letter === 'N') print = letter === 'n';
    else return takeMore(letter);
    return true;
  });
  return parsed && { print, recipientsFrom, sender, recipients: parsed };
}

/** Which recipients are used: the arguments, those in the header. */
export function recipientUse({ recipients, recipientsFrom }: InjectOptions): {
  readonly arguments: boolean;
  readonly header: boolean;
} {
  const anyNamed = recipients.length > 0;
  switch (recipientsFrom) {
    case 'arguments':
      return { arguments: true, header: false };
    case 'header':
      return { arguments: false, header: true };
    case 'arguments-and-header':
      return { arguments: true, header: true };
    case 'arguments-or-header':
      return { arguments: anyNamed, header: !anyNamed };
  }
}
