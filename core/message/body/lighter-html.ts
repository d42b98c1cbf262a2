// Replaces elements in HTML mail that take a browser quadratic time. For dir=auto and bdi a browser determines the direction again at
// each child: they become data-dir, and the window sets their direction after reading everything. For q a browser counts the nesting of
// quotation marks from the beginning: they become ordinary characters.
import { readTokens, TokenListener } from './html-tokens.ts';

/** Outside tags, for a browser that sees a tag where the tokenizer does not; the visible text stays the same. */
const strayDirection = /(?<![-\w])(dir\s*)=(?!\s*["']?(?:ltr|rtl)\b)/gi;
const strayTag = /<(?=\/?(?:bdi|q)[\s/>])/gi;

/** In scripts with joined letters a browser shapes a word again for each line: allow a break after this many letters. */
const longestWord = 400;

/** @returns the HTML with `data-dir="auto"` instead of `dir="auto"`, and with `<span>` instead of `<bdi>` and `<q>` */
export function lighterHtml(html: string): string {
  if (!/dir|bdi|<\/?q|&/i.test(html) && !hasLongWord(html)) return html;
  const finder = new Finder(html);
  readTokens(html, finder);
  return finder.rewritten().replace(strayDirection, '$1&#61;').replace(strayTag, '&lt;');
}

/** Letters that are not ASCII, one after another. */
function hasLongWord(html: string): boolean {
  let letters = 0;
  for (let at = 0; at < html.length && letters < longestWord; at++) {
    letters = html.charCodeAt(at) > 0x7f ? letters + 1 : 0;
  }
  return letters >= longestWord;
}

/** Whether this is a combining mark, or the second half of a character. */
function isJoined(code: number): boolean {
  return code === 0x200d || (code >= 0xdc00 && code < 0xe000) || /\p{M}/u.test(String.fromCharCode(code));
}

class Finder extends TokenListener {
  readonly #html: string;
  readonly #pieces: string[] = [];
  #copied = 0;
  #isQuote = false;
  /** The number of non-ASCII letters since the last blank or opening tag. */
  #word = 0;
  /** The dir attribute that is being read: the position of its name, and its value. */
  #direction: { readonly start: number; readonly end: number; value: string } | undefined;

  constructor(html: string) {
    super();
    this.#html = html;
  }

  rewritten(): string {
    return [...this.#pieces, this.#html.slice(this.#copied)].join('');
  }

  #replace(start: number, end: number, by: string): void {
    this.#pieces.push(this.#html.slice(this.#copied, start), by);
    this.#copied = end;
  }

  #says(start: number, end: number, name: string): boolean {
    return end - start === name.length && this.#html.slice(start, end).toLowerCase() === name;
  }

  override ontext(start: number, end: number): void {
    for (let at = start; at < end; at++) this.#letter(this.#html.charCodeAt(at), at + 1);
  }

  override ontextentity(code: number, end: number): void {
    this.#letter(code, end);
  }

  #letter(code: number, after: number): void {
    if (code <= 0x20) this.#word = 0;
    else if (code > 0x7f) this.#word++;
    if (this.#word < longestWord || isJoined(this.#html.charCodeAt(after))) return;
    this.#replace(after, after, '<wbr>');
    this.#word = 0;
  }

  override onopentagname(start: number, end: number): void {
    this.#word = 0;
    this.#isQuote = this.#says(start, end, 'q');
    if (this.#isQuote) this.#replace(start, end, 'span');
    else if (this.#says(start, end, 'bdi')) this.#replace(start, end, 'span data-dir="auto"');
  }

  override onopentagend(end: number): void {
    if (this.#isQuote) this.#replace(end + 1, end + 1, '\u201c');
    this.#isQuote = false;
  }

  override onclosetag(start: number, end: number): void {
    if (this.#says(start, end, 'bdi')) this.#replace(start, end, 'span');
    else if (this.#says(start, end, 'q') && this.#html.startsWith('</', start - 2))
      this.#replace(start - 2, end, '\u201d</span');
  }

  override onattribname(start: number, end: number): void {
    this.#direction = this.#says(start, end, 'dir') ? { start, end, value: '' } : undefined;
  }

  override onattribdata(start: number, end: number): void {
    if (this.#direction && this.#direction.value.length < 10) this.#direction.value += this.#html.slice(start, end);
  }

  override onattribentity(code: number): void {
    if (this.#direction) this.#direction.value += String.fromCodePoint(code);
  }

  override onattribend(): void {
    const direction = this.#direction;
    if (direction?.value.trim().toLowerCase() === 'auto') this.#replace(direction.start, direction.end, 'data-dir');
    this.#direction = undefined;
  }

  override onselfclosingtag(end: number): void {
    this.onopentagend(end);
  }
}
