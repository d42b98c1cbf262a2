// Parses and writes address lists as new-inject and ofmipd do (mess822). Any input is accepted; phrases, comments and source routes become
// a quoted phrase before the address. Parsed from right to left. All strings are byte strings.

/** One part of a list, in written order. A comment belongs to the address directly after it. */
export interface ListPart {
  readonly kind: 'address' | 'comment';
  /** An address without a host ends in `@`. */
  readonly text: string;
}

/** The maximum length of a line in the output. */
const foldWidth = 78;

interface ListToken {
  /** A special or a blank is its own kind. */
  readonly kind: 'word' | 'comment' | '<' | '>' | ',' | ';' | ':' | '@' | '.' | ' ' | '\t';
  readonly text: string;
}

/** Splits a field value (without line ends) into words, comments, specials and blanks. Unclosed ones extend to the end. */
export function listTokens(value: string): readonly ListToken[] {
  const tokens: ListToken[] = [];
  for (let at = 0; at < value.length; ) {
    const char = value.charAt(at);
    const { token, next } =
      char === '"'
        ? readDelimited(value, at, '"')
        : char === '['
          ? readDelimited(value, at, ']')
          : char === '('
            ? readComment(value, at)
            : isSpecial(char)
              ? { token: { kind: char, text: char }, next: at + 1 }
              : readAtom(value, at);
    tokens.push(token);
    at = next;
  }
  return tokens;
}

type Special = Exclude<ListToken['kind'], 'word' | 'comment'>;

function isSpecial(char: string): char is Special {
  return '<>,;:@. \t'.includes(char);
}

interface ReadToken {
  readonly token: ListToken;
  readonly next: number;
}

function readDelimited(value: string, start: number, close: '"' | ']'): ReadToken {
  let text = '';
  let at = start + 1;
  for (; at < value.length && value.charAt(at) !== close; at++) {
    if (value.charAt(at) === '\\' && at + 1 < value.length) at++;
    text += value.charAt(at);
  }
  return { token: { kind: 'word', text: close === ']' ? `[${text}]` : text }, next: at + 1 };
}

function readComment(value: string, start: number): ReadToken {
  let text = '';
  let level = 1;
  let at = start + 1;
  for (; at < value.length; at++) {
    const char = value.charAt(at);
    if (char === ')' && --level === 0) break;
    if (char === '(') level++;
    if (char === '\\' && at + 1 < value.length) at++;
    text += value.charAt(at);
  }
  return { token: { kind: 'comment', text }, next: at + 1 };
}

function readAtom(value: string, start: number): ReadToken {
  let text = '';
  let at = start;
  for (; at < value.length && (at === start || !/["[(<>,;:@. \t]/.test(value.charAt(at))); at++) {
    if (value.charAt(at) === '\\' && at + 1 < value.length) at++;
    text += value.charAt(at);
  }
  return { token: { kind: 'word', text }, next: at };
}

/** Parses a field value, without line ends, as an address list. */
export function readNormalList(value: string): ListPart[] {
  const scan = new NormalScan();
  const tokens = listTokens(value);
  for (let at = tokens.length - 1; at >= 0; at--) at = scan.take(tokens, at);
  return scan.end();
}

class NormalScan {
  /** The parts so far, last part first. */
  readonly #parts: ListPart[] = [];
  /** Pieces of the address and of its comment, last ones first; undefined: there is no address. */
  #address: string[] | undefined;
  #hasHost = false;
  #comment: string[] = [];
  #wordJoins = true;
  #inPhrase = false;

  /** Processes the token at `at`. @returns the index of the last token that was used */
  take(tokens: readonly ListToken[], at: number): number {
    const token = tokens[at] as ListToken;
    if (this.#inPhrase) {
      if (!',;:>'.includes(token.kind)) {
        this.#addComment(token);
        return at;
      }
      this.#endAddress();
      this.#inPhrase = false;
      this.#wordJoins = true;
    }
    switch (token.kind) {
      case ' ':
      case '\t':
        this.#comment.push(' ');
        break;
      case ',':
      case ';':
        this.#endAddress();
        this.#endComment();
        this.#wordJoins = true;
        break;
      case 'comment':
        this.#comment.push(' ', token.text, ' ');
        break;
      case 'word':
        if (!this.#wordJoins) this.#endAddress();
        this.#addAddress(token);
        this.#wordJoins = false;
        break;
      case '>':
        this.#endAddress();
        this.#inPhrase = true;
        return this.#bracketed(tokens, at - 1);
      case ':':
        this.#inPhrase = true;
        break;
      default:
        this.#addAddress(token);
        this.#wordJoins = true;
    }
    return at;
  }

  end(): ListPart[] {
    this.#endAddress();
    this.#endComment();
    return this.#parts.reverse();
  }

  /** `route: address` up to the `<`, which may be missing. `<>` is also an address. */
  #bracketed(tokens: readonly ListToken[], last: number): number {
    this.#address ??= [];
    let inRoute = false;
    for (let at = last; at >= 0; at--) {
      const token = tokens[at] as ListToken;
      if (token.kind === '<') return at;
      if (inRoute) this.#addComment(token);
      else if (token.kind === ':') inRoute = true;
      else this.#addAddress(token);
    }
    return 0;
  }

  #addAddress(token: ListToken): void {
    if (!['word', '.', '@'].includes(token.kind)) {
      this.#addComment(token);
      return;
    }
    this.#address ??= [];
    this.#address.push(token.text);
    if (token.kind === '@') this.#hasHost = true;
  }

  #addComment({ kind, text }: ListToken): void {
    if (!',:;<>'.includes(kind)) this.#comment.push(text);
  }

  #endAddress(): void {
    if (!this.#address) return;
    const text = this.#address.reverse().join('');
    this.#parts.push({ kind: 'address', text: this.#hasHost ? text : `${text}@` });
    this.#address = undefined;
    this.#hasHost = false;
    this.#endComment();
  }

  #endComment(): void {
    const text = this.#comment.reverse().join('').replace(/ +/g, ' ').replace(/^ | $/g, '');
    this.#comment = [];
    if (text !== '') this.#parts.push({ kind: 'comment', text });
  }
}

/** A field with a list, folded after commas; empty for an empty list. */
export function formatNormalList(name: string, parts: readonly ListPart[]): string {
  const written = writtenParts(parts);
  if (written.length === 0) return '';
  let text = `${name}: `;
  let width = text.length;
  for (const [index, part] of written.entries()) {
    const piece = index < written.length - 1 ? `${part},` : part;
    if (index > 0 && width + 1 + piece.length > foldWidth) {
      text += `\n  ${piece}`;
      width = 2 + piece.length;
    } else {
      text += index > 0 ? ` ${piece}` : piece;
      width += index > 0 ? 1 + piece.length : piece.length;
    }
  }
  return `${text}\n`;
}

function writtenParts(parts: readonly ListPart[]): readonly string[] {
  const written: string[] = [];
  let comment: string | undefined;
  for (const { kind, text } of [...parts, { kind: 'comment', text: undefined } as const]) {
    if (kind === 'comment') {
      if (comment !== undefined) written.push(`"${escaped(comment)}": ;`);
      comment = text;
    } else {
      written.push(writeNormalAddress(text, comment));
      comment = undefined;
    }
  }
  return written;
}

/** One address, with its phrase if there is one. */
export function writeNormalAddress(address: string, comment?: string): string {
  const isEmpty = address === '' || address === '@';
  const bare = isEmpty ? '' : quotedAddress(address);
  if (comment !== undefined) return `"${escaped(comment)}" <${bare}>`;
  return isEmpty ? '<>' : bare;
}

function quotedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const local = at < 0 ? address : address.slice(0, at);
  const host = at < 0 ? '' : address.slice(at + 1);
  if (host === '') return quotedIfNeeded(local);
  const literal = /^\[(.*)\]$/s.exec(host)?.[1];
  return `${quotedIfNeeded(local)}@${literal === undefined ? quotedIfNeeded(host) : `[${escaped(literal)}]`}`;
}

function quotedIfNeeded(text: string): string {
  return /^[!#-'*+\-/-9=?A-Z^-~]+(?:\.[!#-'*+\-/-9=?A-Z^-~]+)*$/.test(text) ? text : `"${escaped(text)}"`;
}

function escaped(text: string): string {
  return text.replace(/[\0\n\r"\\[\]]/g, char => (char === '\n' ? '\\\0' : `\\${char}`));
}
