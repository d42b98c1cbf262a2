// Elements of HTML mail whose direction the browser shall find out by itself (dir=auto, bdi). A browser that reads such an
// element asks for its direction again at each child, which costs the square of their number: 3 MB took a quarter of an
// hour. So they reach the window as data-dir, and get their direction when all is read.
import { Tokenizer } from 'htmlparser2';

/** Anywhere but in a tag, for a browser that sees a tag where the tokenizer sees none; the reader sees the same text. */
const strayDirection = /(?<![-\w])(dir\s*)=(?!\s*["']?(?:ltr|rtl)\b)/gi;
const strayBdi = /<(?=\/?bdi[\s/>])/gi;

/** @returns the HTML with `data-dir="auto"` in place of `dir="auto"`, and as `<span data-dir="auto">` what was `<bdi>` */
export function directionsForLater(html: string): string {
  if (!/dir|bdi/i.test(html)) return html;
  const finder = new Finder(html);
  const tokenizer = new Tokenizer({ decodeEntities: true }, finder);
  tokenizer.write(html);
  tokenizer.end();
  return finder.rewritten().replace(strayDirection, '$1&#61;').replace(strayBdi, '&lt;');
}

/** What the tokenizer tells: it gives places in the page. */
class Finder {
  readonly #html: string;
  readonly #pieces: string[] = [];
  #copied = 0;
  /** Of the attribute dir that is being read: where its name is, and its value. */
  #direction: { readonly start: number; readonly end: number; value: string } | undefined;

  constructor(html: string) {
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

  onopentagname(start: number, end: number): void {
    if (this.#says(start, end, 'bdi')) this.#replace(start, end, 'span data-dir="auto"');
  }

  onclosetag(start: number, end: number): void {
    if (this.#says(start, end, 'bdi')) this.#replace(start, end, 'span');
  }

  onattribname(start: number, end: number): void {
    this.#direction = this.#says(start, end, 'dir') ? { start, end, value: '' } : undefined;
  }

  onattribdata(start: number, end: number): void {
    if (this.#direction && this.#direction.value.length < 10) this.#direction.value += this.#html.slice(start, end);
  }

  onattribentity(code: number): void {
    if (this.#direction) this.#direction.value += String.fromCodePoint(code);
  }

  onattribend(): void {
    const direction = this.#direction;
    if (direction?.value.trim().toLowerCase() === 'auto') this.#replace(direction.start, direction.end, 'data-dir');
    this.#direction = undefined;
  }

  ontext(): void {}
  ontextentity(): void {}
  onopentagend(): void {}
  onselfclosingtag(): void {}
  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onprocessinginstruction(): void {}
  onend(): void {}
}
