// Parses the people in address fields tolerantly (RFC 5322 sections 3.4 and 4.4, and worse): quoted local parts, comments and blanks
// anywhere, source routes, groups, unquoted phrases. It accepts any input.
import { oneLine } from '../encodings/display-text.ts';
import { rawAsText, wordsInText } from '../encodings/encoded-words.ts';

/** A person in a header. Both are text; the address has no quotes and no comments. */
export interface NamedAddress {
  readonly name: string;
  readonly address: string;
}

/** The contents of a list: people, and the names of empty groups. */
export interface ReadPeople {
  readonly people: readonly NamedAddress[];
  readonly emptyGroups: readonly string[];
}

/**
 * The people in address fields, including members of groups. `most` limits work and memory for hostile fields.
 * @param values byte strings @param charset of the message, for bytes that are not ASCII; `''`: unknown
 */
export function parsePeople(values: readonly string[], most: number, charset = ''): NamedAddress[] {
  return [...readPeople(values, most, charset).people];
}

/** The same, with empty groups. */
export function readPeople(values: readonly string[], most: number, charset = ''): ReadPeople {
  const list = new PeopleList(most);
  for (const value of values) {
    for (const piece of loosePieces(rawAsText(atMost(value, 2000 + most * 200), charset))) {
      if (list.full) break;
      list.take(piece);
    }
    list.end();
  }
  return { people: list.people, emptyGroups: list.emptyGroups };
}

/** Cuts a list after its last whole entry within `length` characters. */
function atMost(list: string, length: number): string {
  if (list.length <= length) return list;
  const comma = list.lastIndexOf(',', length);
  return list.slice(0, comma > 0 ? comma : length);
}

/** Each special character, and a blank, is a kind. */
interface Piece {
  readonly kind: 'word' | 'quoted' | 'literal' | 'comment' | '<' | '>' | ',' | ';' | ':' | '@' | '.' | ' ';
  readonly text: string;
}

// An encoded word is one word, even if it contains a comma.
const encodedWord = /=\?[^?\s]{1,80}\?[bq]\?[^?\s]*\?=/iy;
const blanks = /\s+/y;
const word = /[^\s"(),.:;<>@[]+/y;
const closers = { '"': '"', '(': ')', '[': ']' } as const;
const kinds = { '"': 'quoted', '(': 'comment', '[': 'literal' } as const;

/** Splits a field's text into pieces: quoted strings, comments and literals without their delimiters. */
export function* loosePieces(value: string): Generator<Piece> {
  // An opening delimiter without a closing one is an ordinary character.
  const lastOf = { '"': value.lastIndexOf('"'), '(': value.lastIndexOf(')'), '[': value.lastIndexOf(']') };
  for (let at = 0; at < value.length; ) {
    const char = value.charAt(at);
    if (char === '"' || char === '(' || char === '[') {
      const closed = lastOf[char] > at ? delimited(value, at, char) : undefined;
      if (!closed) lastOf[char] = -1;
      yield closed?.piece ?? { kind: 'word', text: char };
      at = closed?.next ?? at + 1;
      continue;
    }
    if ('<>,;:@.'.includes(char)) {
      yield { kind: char as Piece['kind'], text: char };
      at++;
      continue;
    }
    const text = matchAt(blanks, value, at) ?? matchAt(encodedWord, value, at) ?? matchAt(word, value, at) ?? char;
    yield { kind: /^\s/.test(text) ? ' ' : 'word', text };
    at += text.length;
  }
}

function matchAt(pattern: RegExp, value: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(value)?.[0];
}

/** The text in quotes, brackets or (nested) parentheses; undefined if it is not closed. */
function delimited(value: string, start: number, open: '"' | '(' | '['): { piece: Piece; next: number } | undefined {
  const text: string[] = [];
  let depth = 1;
  for (let at = start + 1; at < value.length; at++) {
    let char = value.charAt(at);
    if (char === '\\' && at + 1 < value.length) char = value.charAt(++at);
    else if (char === closers[open] && --depth === 0) {
      return { piece: { kind: kinds[open], text: text.join('') }, next: at + 1 };
    } else if (char === '(' && open === '(') depth++;
    text.push(char);
  }
  return undefined;
}

class PeopleList {
  readonly people: NamedAddress[] = [];
  readonly emptyGroups: string[] = [];
  readonly #most: number;
  #entry: Piece[] = [];
  /** Whether `<` is open, and what its first piece shows is in it. */
  #brackets: 'none' | 'open' | 'address' | 'route' = 'none';
  /** The entry has an address in brackets, so it is not the name of a group, whatever follows. */
  #addressed = false;
  /** The open group, and the number of people before it. */
  #group: { readonly name: string; readonly before: number } | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  get full(): boolean {
    return this.people.length >= this.#most;
  }

  take(piece: Piece): void {
    switch (piece.kind) {
      case ',':
        if (this.#brackets === 'route') break;
        this.#endEntry();
        return;
      case ';':
        this.#endEntry();
        this.#endGroup();
        return;
      case ':':
        if (this.#brackets !== 'none' || this.#addressed) break;
        this.#beginGroup();
        return;
      case '<':
        this.#brackets = 'open';
        break;
      case '>':
        this.#addressed ||= this.#brackets === 'address' || this.#brackets === 'route';
        this.#brackets = 'none';
        break;
      case ' ':
      case 'comment':
        break;
      default:
        if (this.#brackets === 'open') this.#brackets = piece.kind === '@' ? 'route' : 'address';
    }
    this.#entry.push(piece);
  }

  /** The end of a field. */
  end(): void {
    this.#endEntry();
    this.#endGroup();
  }

  #beginGroup(): void {
    const name = phrase(this.#entry);
    this.#entry = [];
    this.#endGroup();
    this.#group = { name, before: this.people.length };
  }

  #endGroup(): void {
    const group = this.#group;
    this.#group = undefined;
    if (!group || this.people.length > group.before || group.name === '') return;
    if (this.emptyGroups.length < this.#most) this.emptyGroups.push(group.name);
  }

  #endEntry(): void {
    const entry = this.#entry;
    this.#entry = [];
    this.#brackets = 'none';
    this.#addressed = false;
    const person = personIn(entry);
    if ((person.name || person.address) && !this.full) this.people.push(person);
  }
}

function personIn(entry: readonly Piece[]): NamedAddress {
  const open = entry.findIndex(({ kind }) => kind === '<');
  if (open >= 0) {
    const close = entry.findIndex(({ kind }, at) => kind === '>' && at > open);
    const inside = withoutRoute(entry.slice(open + 1, close < 0 ? undefined : close));
    return { name: phrase(entry.slice(0, open)) || comments(entry), address: addressOf(inside) };
  }
  const bare = entry.filter(({ kind }) => kind !== 'comment');
  const at = bare.findLastIndex(({ kind }) => kind === '@');
  if (at < 0) return { name: phrase(bare), address: '' };
  const [first, last] = [startOfAddress(bare, at), endOfAddress(bare, at)];
  const around = [...bare.slice(0, first), { kind: ' ', text: ' ' } as const, ...bare.slice(last)];
  return { name: phrase(around) || comments(entry), address: addressOf(bare.slice(first, last)) };
}

/** `@a,@b:u@h` → `u@h`. */
function withoutRoute(inside: readonly Piece[]): readonly Piece[] {
  const first = inside.find(({ kind }) => kind !== ' ' && kind !== 'comment');
  const colon = first?.kind === '@' ? inside.findIndex(({ kind }) => kind === ':') : -1;
  return inside.slice(colon + 1);
}

/** Blanks outside quotes are ignored. */
function addressOf(inside: readonly Piece[]): string {
  const parts = inside.map(({ kind, text }) => (kind === ' ' || kind === 'comment' ? '' : asWritten(kind, text)));
  return parts.join('').replace(/[\u202a-\u202e\u2066-\u2069\0-\x1f\x7f-\x9f]/g, '');
}

/** The start of the words before `@` that are joined by dots, ignoring blanks. */
function startOfAddress(bare: readonly Piece[], at: number): number {
  let start = at;
  let joins = true;
  for (let i = at - 1; i >= 0; i--) {
    const { kind } = bare[i] as Piece;
    if (kind === ' ') continue;
    const isWord = kind === 'word' || kind === 'quoted';
    if ((isWord && !joins && bare[i + 1]?.kind === ' ') || !(isWord || kind === '.' || kind === '@')) break;
    joins = !isWord;
    start = i;
  }
  return start;
}

function endOfAddress(bare: readonly Piece[], at: number): number {
  let end = at + 1;
  let joins = true;
  for (let i = at + 1; i < bare.length; i++) {
    const { kind } = bare[i] as Piece;
    if (kind === ' ') continue;
    const isWord = kind === 'word' || kind === 'literal';
    if ((isWord && !joins && bare[i - 1]?.kind === ' ') || !(isWord || kind === '.')) break;
    joins = !isWord;
    end = i + 1;
  }
  return end;
}

/** The phrase before an address, decoded. */
function phrase(pieces: readonly Piece[]): string {
  const written = pieces.map(({ kind, text }) => (kind === 'comment' ? ' ' : asWritten(kind, text))).join('');
  return oneLine(wordsInText(written));
}

function comments(pieces: readonly Piece[]): string {
  return oneLine(wordsInText(pieces.find(({ kind }) => kind === 'comment')?.text ?? ''));
}

function asWritten(kind: Piece['kind'], text: string): string {
  return kind === 'literal' ? `[${text}]` : text;
}
