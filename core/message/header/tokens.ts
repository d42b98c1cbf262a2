// RFC 822 lexical tokens, parsed and written as qmail-inject does (qmail's token822). All strings are byte strings: 8-bit bytes are kept,
// in quotes where the grammar requires that.

export type Special = '.' | ',' | '@' | '<' | '>' | ':' | ';';

/** One token. `text` is the content without quotes, brackets and backslashes; for a special, the special itself. */
export type Token =
  | { readonly kind: Special; readonly text: Special }
  | { readonly kind: 'atom' | 'quoted' | 'literal' | 'comment'; readonly text: string };

/** The longest line that `formatTokens` writes, in bytes, if there is a comma to break at. */
const foldWidth = 80;

const specials = new Set<string>(['.', ',', '@', '<', '>', ':', ';']);
const endsAtom = /[ \t\r\n("[<>;:@,.]/;
// Bytes that are allowed in an atom on input but not on output: controls, 8-bit bytes, and those with another meaning.
const needsQuotes = /[^!-~]|[)\]\\(["<>;:@,.]/;

/** An atom; a quoted string if its bytes require that. */
export function atom(text: string): Token {
  return text === '' || needsQuotes.test(text) ? { kind: 'quoted', text } : { kind: 'atom', text };
}

/** A quoted string, even if quotes are not necessary. */
export function quoted(text: string): Token {
  return { kind: 'quoted', text };
}

/** A comment: `(text)`. */
export function comment(text: string): Token {
  return { kind: 'comment', text };
}

/** One of the seven specials. */
export function special(kind: Special): Token {
  return { kind, text: kind };
}

/** Splits a field value into tokens; undefined if a quote, bracket or comment is not closed or not opened. */
export function tokenize(value: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  while (at < value.length) {
    const char = value.charAt(at);
    if (/[ \t\r\n]/.test(char)) at++;
    else if (isSpecial(char)) {
      tokens.push(special(char));
      at++;
    } else if (char === ')' || char === ']') return undefined;
    else {
      const scanned = scanWord(value, at, char);
      if (!scanned) return undefined;
      tokens.push(scanned.token);
      at = scanned.next;
    }
  }
  return tokens;
}

function isSpecial(char: string): char is Special {
  return specials.has(char);
}

interface Scanned {
  readonly token: Token;
  readonly next: number;
}

function scanWord(value: string, start: number, first: string): Scanned | undefined {
  if (first === '"') return scanDelimited(value, start, 'quoted', '"');
  if (first === '[') return scanDelimited(value, start, 'literal', ']');
  if (first === '(') return scanDelimited(value, start, 'comment', ')', '(');
  return scanAtom(value, start);
}

/** `nest` is the byte that opens another level (comments); as in qmail-inject, the text contains nested levels without brackets. */
function scanDelimited(
  value: string,
  start: number,
  kind: 'quoted' | 'literal' | 'comment',
  close: string,
  nest?: string,
): Scanned | undefined {
  const text: string[] = [];
  let depth = 1;
  for (let at = start + 1; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === close) {
      if (--depth === 0) return { token: { kind, text: text.join('') }, next: at + 1 };
    } else if (char === nest) {
      depth++;
    } else {
      if (char === '\\' && ++at >= value.length) return undefined;
      text.push(value.charAt(at));
    }
  }
  return undefined;
}

function scanAtom(value: string, start: number): Scanned | undefined {
  const text: string[] = [];
  let at = start;
  while (at < value.length && (at === start || !endsAtom.test(value.charAt(at)))) {
    if (value[at] === '\\' && ++at >= value.length) return undefined;
    text.push(value.charAt(at++));
  }
  return { token: atom(text.join('')), next: at };
}

/**
 * Writes tokens as a header field (without its final LF): blanks normalised, lines broken after commas with LF and
 * two spaces where a line would exceed `foldWidth`.
 */
export function formatTokens(tokens: readonly Token[]): string {
  const lines: string[] = [];
  let line = '';
  let piece = '';
  let started = false;
  function endPiece(): void {
    if (!started) line = piece;
    else if (line.length + piece.length + 2 <= foldWidth) line += piece;
    else {
      lines.push(line);
      line = ` ${piece}`;
    }
    started = true;
    piece = '';
  }
  let previous: Token | undefined;
  for (const token of tokens) {
    if (previous && needsSpace(previous, token)) piece += ' ';
    piece += formatToken(token);
    if (token.kind === ',') endPiece();
    previous = token;
  }
  if (piece !== '') endPiece();
  lines.push(line);
  return lines.join('\n');
}

/** Tokens joined without blanks, quotes and comments: an address for the envelope. */
export function unquoteTokens(tokens: readonly Token[]): string {
  return tokens
    .map(token => (token.kind === 'comment' ? '' : token.kind === 'literal' ? `[${token.text}]` : token.text))
    .join('');
}

function formatToken(token: Token): string {
  if (token.kind === 'quoted') return `"${withBackslashes(token.text)}"`;
  if (token.kind === 'literal') return `[${withBackslashes(token.text)}]`;
  if (token.kind === 'comment') return `(${withBackslashes(token.text)})`;
  return token.text;
}

function withBackslashes(text: string): string {
  return text.replace(/["()[\]\\\r\n]/g, '\\$&');
}

function needsSpace(left: Token, right: Token): boolean {
  if (left.kind === ':' || left.kind === ',' || right.kind === '<') return true;
  return isWord(left) && isWord(right);
}

function isWord(token: Token): boolean {
  return token.kind.length > 1;
}
