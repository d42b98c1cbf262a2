// Parses the addresses in a line of an aliases file, an :include: file or a .forward file as sendmail does: colons and semicolons are
// ignored (there are no groups), and two words in a row are two addresses. Read from right to left.
import { type Token, tokenize } from '../../message/header/tokens.ts';

/** One address, or the name of a list (`:include:name`), in its written order. */
export interface AliasEntry {
  readonly kind: 'address' | 'include';
  readonly tokens: readonly Token[];
}

/**
 * @param line a byte string
 * @param includes whether `:include:name` means a list
 * @returns the entries from right to left; undefined when the line cannot be parsed
 */
export function readAliasEntries(
  line: string,
  includes: 'includes' | 'no includes' = 'includes',
): AliasEntry[] | undefined {
  const tokens = tokenize(line);
  if (!tokens) return undefined;
  const entries: AliasEntry[] = [];
  let address: Token[] = [];
  // Whether a word may join the address without a comma: after `@` and `.`, not after another word.
  let joins = true;

  function endAddress(): void {
    if (address.length > 0) entries.push({ kind: 'address', tokens: address.reverse() });
    address = [];
  }

  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at] as Token;
    switch (token.kind) {
      case 'comment':
      case ';':
        break;
      case ':':
        if (includes === 'no includes' || !isIncludeMark(tokens, at)) break;
        entries.push({ kind: 'include', tokens: address.reverse() });
        address = [];
        joins = true;
        at -= 2;
        break;
      case ',':
        endAddress();
        joins = true;
        break;
      case '>': {
        endAddress();
        const open = openingBracket(tokens, at);
        if (open < 0) return undefined;
        const inside = tokens.slice(open + 1, at).filter(({ kind }) => kind !== 'comment');
        entries.push({ kind: 'address', tokens: inside });
        at = open;
        while (isPhrasePart(tokens[at - 1])) at--;
        joins = false;
        break;
      }
      case 'atom':
      case 'quoted':
      case 'literal':
        if (!joins) endAddress();
        joins = false;
        address.push(token);
        break;
      default:
        joins = true;
        address.push(token);
    }
  }
  endAddress();
  return entries;
}

/** Whether the colon at `at` is the second one of `:include:`. */
function isIncludeMark(tokens: readonly Token[], at: number): boolean {
  const word = tokens[at - 1];
  return word?.kind === 'atom' && word.text === 'include' && tokens[at - 2]?.kind === ':';
}

function openingBracket(tokens: readonly Token[], close: number): number {
  let at = close - 1;
  while (at >= 0 && tokens[at]?.kind !== '<') at--;
  return at;
}

function isPhrasePart(token: Token | undefined): boolean {
  return token !== undefined && ['comment', 'atom', 'quoted', '@', '.'].includes(token.kind);
}
