// Writes what HTML says as plain text: words, lines, paragraphs, lists, quotations and the addresses of links.
import { createTextLines } from './text-lines.ts';

const blocks = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr ' +
    'li main nav ol p pre section table tr ul'
  ).split(' '),
);
// Elements with an empty line before and after them.
const spaced = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));

const maxLink = 2000;
const maxLists = 100;

/** Gets a page from its beginning to its end. */
export interface HtmlWriter {
  text(text: string): void;
  /** An element opens or ends. */
  tag(name: string, closing: boolean): void;
  /** @param text what is written instead of the picture */
  image(text: string): void;
  beginLink(url: string): void;
  /** Ends the open link, if any: its address follows its text unless the text contains it. */
  endLink(): void;
  length(): number;
  end(): string;
}

export function createHtmlWriter(): HtmlWriter {
  const lines = createTextLines();
  let link: { url: string; label: string } | undefined;
  let preformatted = 0;
  let quotes = 0;
  const lists: { ordered: boolean; count: number }[] = [];

  function write(word: string): void {
    const added = lines.word(word);
    if (link && link.label.length < maxLink) link.label += added;
  }

  function preText(text: string): void {
    for (const [index, line] of text.split(/\r?\n/).entries()) {
      if (index > 0) lines.lineEnd();
      if (line !== '') write(line);
    }
  }

  function rule(): void {
    write('----------');
    lines.breakLine(1);
  }

  function enclose(ordered: boolean, closing: boolean): void {
    if (closing) lists.pop();
    else if (lists.length < maxLists) lists.push({ ordered, count: 0 });
  }

  function item(closing: boolean): void {
    if (closing) return;
    const list = lists.at(-1);
    if (list) list.count++;
    write(`${'  '.repeat(Math.min(8, Math.max(0, lists.length - 1)))}${list?.ordered ? `${list.count}.` : '-'}`);
    lines.space();
  }

  function blockquote(closing: boolean): void {
    quotes = nested(quotes, closing);
    lines.quote(quotes);
  }

  /** What an element does besides being a block. */
  const specials = new Map<string, (closing: boolean) => void>([
    ['br', lines.lineEnd],
    ['td', lines.space],
    ['th', lines.space],
    ['hr', rule],
    ['ul', closing => enclose(false, closing)],
    ['ol', closing => enclose(true, closing)],
    ['li', item],
    ['pre', closing => (preformatted = nested(preformatted, closing))],
    ['blockquote', blockquote],
  ]);

  return {
    text(text) {
      if (preformatted > 0) return preText(text);
      for (const [index, word] of text.split(/[ \t\r\n\f]+/).entries()) {
        if (index > 0) lines.space();
        if (word !== '') write(word);
      }
    },
    tag(name, closing) {
      const listInList = lists.length > 0 && (name === 'ul' || name === 'ol');
      if (blocks.has(name)) lines.breakLine(spaced.has(name) && !listInList ? 2 : 1);
      specials.get(name)?.(closing);
    },
    image: text => write(`[${text}]`),
    beginLink(url) {
      link = { url, label: '' };
    },
    endLink() {
      const ended = link;
      link = undefined;
      if (!ended || ended.label === '' || ended.url.length > maxLink) return;
      const address = ended.url.replace(/^(https?:\/\/|mailto:)/i, '').replace(/\/$/, '');
      if (!/^(https?|ftp|mailto):/i.test(ended.url) || ended.label.includes(address)) return;
      lines.append(` <${ended.url}>`);
    },
    length: lines.length,
    end: lines.text,
  };
}

/** How deep it is after a tag; an end tag without a start tag is ignored. */
function nested(depth: number, closing: boolean): number {
  return closing ? Math.max(0, depth - 1) : depth + 1;
}
