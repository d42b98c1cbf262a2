// Writes what HTML says as plain text: words, lines, paragraphs, lists, quotations and the addresses of links.

const blocks = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr ' +
    'li main nav ol p pre section table tr ul'
  ).split(' '),
);
// Elements that stand apart from their neighbours by an empty line.
const spaced = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));

const maxLink = 2000;
const maxLists = 100;

/** Gets a page from its beginning to its end. */
export interface HtmlWriter {
  text(text: string): void;
  /** An element opens or ends. */
  tag(name: string, closing: boolean): void;
  /** @param text what is said in place of the picture */
  image(text: string): void;
  beginLink(url: string): void;
  /** Ends the open link, if any: its address follows its text unless it says the same. */
  endLink(): void;
  length(): number;
  end(): string;
}

export function createHtmlWriter(): HtmlWriter {
  // Pieces are joined once: a string that grows and is looked at again and again costs its length each time.
  const pieces: string[] = [];
  let length = 0;
  let link: { url: string; label: string } | undefined;
  /** Line ends owed before the next word; 2 makes an empty line. */
  let owed = 0;
  let space = false;
  let preformatted = 0;
  let quotes = 0;
  /** The depth of quotation of the line written last. */
  let lastQuotes = 0;
  const lists: { ordered: boolean; count: number }[] = [];

  function write(word: string): void {
    if (owed > 0 || length === 0) {
      const prefix = quotePrefix(quotes);
      const between = quotePrefix(Math.min(quotes, lastQuotes)).trimEnd();
      push(length === 0 ? prefix : `\n${owed > 1 ? `${between}\n` : ''}${prefix}`);
      lastQuotes = quotes;
    } else if (space) push(' ');
    if (link && link.label.length < maxLink) link.label += space ? ` ${word}` : word;
    owed = 0;
    space = false;
    push(word);
  }

  function push(piece: string): void {
    pieces.push(piece);
    length += piece.length;
  }

  function owe(lines: number): void {
    owed = Math.max(owed, length === 0 ? 0 : lines);
    space = false;
  }

  function preText(text: string): void {
    const lines = text.split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      if (index > 0) owed = Math.min(2, owed + 1);
      if (line !== '') write(line);
    }
  }

  function cell(): void {
    space = true;
  }

  function rule(): void {
    write('----------');
    owe(1);
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
    space = true;
  }

  /** What is special about an element, besides that it may be a block. */
  const specials = new Map<string, (closing: boolean) => void>([
    ['br', () => owe(Math.min(2, owed + 1))],
    ['td', cell],
    ['th', cell],
    ['hr', rule],
    ['ul', closing => enclose(false, closing)],
    ['ol', closing => enclose(true, closing)],
    ['li', item],
    ['pre', closing => (preformatted = nested(preformatted, closing))],
    ['blockquote', closing => (quotes = nested(quotes, closing))],
  ]);

  return {
    text(text) {
      if (preformatted > 0) return preText(text);
      for (const [index, word] of text.split(/[ \t\r\n\f]+/).entries()) {
        if (index > 0) space = true;
        if (word !== '') write(word);
      }
    },
    tag(name, closing) {
      const listInList = lists.length > 0 && (name === 'ul' || name === 'ol');
      if (blocks.has(name)) owe(spaced.has(name) && !listInList ? 2 : 1);
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
      push(` <${ended.url}>`);
    },
    length: () => length,
    end: () => pieces.join('').trimEnd(),
  };
}

/** How deep it is behind a tag; an end without a beginning means nothing. */
function nested(depth: number, closing: boolean): number {
  return closing ? Math.max(0, depth - 1) : depth + 1;
}

function quotePrefix(depth: number): string {
  return '> '.repeat(Math.min(depth, 8));
}
