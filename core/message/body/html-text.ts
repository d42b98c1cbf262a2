// Converts HTML mail to plain text, for messages that have no other text.
import { readTokens, TokenListener } from './html-tokens.ts';
import { createHtmlWriter, type HtmlWriter } from './html-writer.ts';

// Elements whose content is not shown.
const skipped = new Set(['script', 'style', 'title', 'template', 'noframes', 'iframe', 'object', 'xmp', 'textarea']);

/** Longer attribute values are cut. */
const maxValue = 4000;

/** @param maxLength stops after about that many characters of text */
export function textOfHtml(html: string, maxLength = 1024 * 1024): string {
  const writer = createHtmlWriter();
  const page = new Page(html, writer);
  readTokens(html, page, stop => {
    page.enough = () => {
      if (writer.length() >= maxLength) stop();
    };
  });
  writer.endLink();
  return writer.end();
}

/** Passes the tokens of the page to the writer. */
class Page extends TokenListener {
  enough = () => {};
  readonly #html: string;
  readonly #writer: HtmlWriter;
  #tag = '';
  #attribute = '';
  #value = '';
  #wanted = new Map<string, string>();
  /** The element whose content is skipped, and how deep it is nested in itself. */
  #skipping: { readonly name: string; depth: number } | undefined;

  constructor(html: string, writer: HtmlWriter) {
    super();
    this.#html = html;
    this.#writer = writer;
  }

  override ontext(start: number, end: number): void {
    if (this.#skipping) return;
    this.#writer.text(this.#html.slice(start, end));
    this.enough();
  }

  override ontextentity(code: number): void {
    // Soft hyphens, joiners and zero-width characters are only for layout, or hide text from filters.
    const isFiller = code === 0xad || (code >= 0x200b && code <= 0x200f) || code === 0x34f || code === 0xfeff;
    if (!this.#skipping && !isFiller) this.#writer.text(String.fromCodePoint(code));
  }

  override onopentagname(start: number, end: number): void {
    this.#tag = this.#html.slice(start, end).toLowerCase();
    this.#wanted.clear();
  }

  override onattribname(start: number, end: number): void {
    this.#attribute = this.#html.slice(start, end).toLowerCase();
    this.#value = '';
  }

  override onattribdata(start: number, end: number): void {
    if (this.#value.length < maxValue) this.#value += this.#html.slice(start, Math.min(end, start + maxValue));
  }

  override onattribentity(code: number): void {
    if (this.#value.length < maxValue) this.#value += String.fromCodePoint(code);
  }

  override onattribend(): void {
    const isWanted = this.#attribute === 'href' || this.#attribute === 'alt';
    if (isWanted && !this.#wanted.has(this.#attribute)) this.#wanted.set(this.#attribute, this.#value.trim());
  }

  override onopentagend(): void {
    const tag = this.#tag;
    if (this.#skipping) {
      if (this.#skipping.name === tag) this.#skipping.depth++;
      return;
    }
    if (skipped.has(tag)) this.#skipping = { name: tag, depth: 1 };
    else if (tag === 'a') this.#link(this.#wanted.get('href'));
    else if (tag === 'img') this.#image(this.#wanted.get('alt'));
    else this.#writer.tag(tag, false);
    this.enough();
  }

  override onselfclosingtag(): void {
    this.onopentagend();
  }

  override onclosetag(start: number, end: number): void {
    const tag = this.#html.slice(start, end).toLowerCase();
    if (this.#skipping) {
      if (this.#skipping.name === tag && --this.#skipping.depth === 0) this.#skipping = undefined;
    } else if (tag === 'a') this.#writer.endLink();
    else this.#writer.tag(tag, true);
  }

  #link(url: string | undefined): void {
    this.#writer.endLink();
    if (url !== undefined) this.#writer.beginLink(url);
  }

  #image(alt: string | undefined): void {
    if (alt) this.#writer.image(alt);
  }
}
