// Finds the Message-IDs in a field tolerantly (RFC 5322 sections 3.6.4 and 4.5.4): with blanks and comments in them, words around them,
// or no brackets. It accepts any input.
import { loosePieces } from './people.ts';

const longest = 902;

/** @param value a byte string @returns ids with their brackets, in order, except those with non-ASCII bytes */
export function messageIdsIn(value: string): string[] {
  const ids: string[] = [];
  const bare: string[] = [];
  let word = '';
  /** The beginning of the id whose bracket is open. */
  let open: string | undefined;
  let gap = false;

  function end(): void {
    if (open !== undefined) ids.push(`<${open}>`);
    else if (word.includes('@')) bare.push(`<${word}>`);
    open = undefined;
    word = '';
    gap = false;
  }

  for (const { kind, text } of loosePieces(value)) {
    if (kind === '<') {
      end();
      open = '';
    } else if (kind === '>') end();
    else if (open === undefined) {
      if (kind === ' ' || kind === 'comment' || kind === 'quoted' || kind === ',' || kind === ';') end();
      else word += kind === 'literal' ? `[${text}]` : text;
    } else if (kind === ' ') gap = true;
    else if (kind !== 'comment') {
      const written = writtenAs[kind]?.(text) ?? text;
      // Blanks around @ and dots are ignored; elsewhere they are part of an invalid id that still identifies the message.
      if (gap && open !== '' && !isJoint(open.at(-1)) && !isJoint(written[0])) open += ' ';
      open += written;
      gap = false;
    }
  }
  end();
  return (ids.length > 0 ? ids : bare).filter(id => id.length <= longest && /^<[ -~]+>$/.test(id));
}

function isJoint(letter: string | undefined): boolean {
  return letter === '@' || letter === '.';
}

const writtenAs: Readonly<Record<string, ((text: string) => string) | undefined>> = {
  quoted: text => `"${text.replace(/["\\]/g, '\\$&')}"`,
  literal: text => `[${text}]`,
};
