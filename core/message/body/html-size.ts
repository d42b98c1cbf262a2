// Measures HTML: the number of tags, the depth of nested elements, and the largest number of attributes in a tag.
import { readTokens, TokenListener } from './html-tokens.ts';

export interface HtmlSize {
  readonly tags: number;
  readonly depth: number;
  /** Of the tag with the most attributes. */
  readonly attributes: number;
}

/** No element has a longer name. */
const longestName = 20;
const names = (text: string): ReadonlySet<string> => new Set(text.split(' '));
/** Elements without content. */
const empty = names('area base br col embed hr img input link meta source track wbr');
/** Elements that end where the next one begins. */
const unclosed = names('caption colgroup dd dt li optgroup option p rp rt tbody td tfoot th thead tr');

/** One pass over the HTML; elements that browsers close or move implicitly are counted approximately. */
export function measureHtml(html: string): HtmlSize {
  const gauge = new Gauge(html);
  readTokens(html, gauge);
  return { tags: gauge.tags, depth: gauge.depth, attributes: gauge.attributes };
}

class Gauge extends TokenListener {
  tags = 0;
  depth = 0;
  attributes = 0;
  readonly #html: string;
  readonly #open: string[] = [];
  /** The number of open elements by name. */
  readonly #counts = new Map<string, number>();
  #ofThisTag = 0;

  constructor(html: string) {
    super();
    this.#html = html;
  }

  override onopentagname(start: number, end: number): void {
    this.tags++;
    this.#ofThisTag = 0;
    const name = this.#nameAt(start, end);
    if (empty.has(name)) return;
    if (unclosed.has(name)) this.#endOpen(name);
    this.#open.push(name);
    this.#counts.set(name, this.#openOf(name) + 1);
    this.depth = Math.max(this.depth, this.#open.length);
  }

  override onclosetag(start: number, end: number): void {
    this.tags++;
    const name = this.#nameAt(start, end);
    if (this.#openOf(name) > 0) this.#leave(this.#open.lastIndexOf(name));
  }

  override onattribname(): void {
    this.attributes = Math.max(this.attributes, ++this.#ofThisTag);
  }

  #endOpen(name: string): void {
    for (let at = this.#open.length - 1; at >= 0 && unclosed.has(this.#open[at] as string); at--) {
      if (this.#open[at] === name) this.#leave(at);
    }
  }

  /** @param length how many elements stay open */
  #leave(length: number): void {
    for (const name of this.#open.splice(length)) this.#counts.set(name, this.#openOf(name) - 1);
  }

  #openOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  #nameAt(start: number, end: number): string {
    return this.#html.slice(start, Math.min(end, start + longestName)).toLowerCase();
  }
}
