// Plain text from HTML mail, for messages that have nothing else. One pass, linear in the input whatever it holds.

// Elements whose content is not for reading.
const skipped = new Set(['script', 'style', 'title', 'template', 'noframes', 'iframe', 'object', 'xmp', 'textarea']);
const blocks = new Set(
  (
    'address article aside blockquote body center dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr ' +
    'li main nav ol p pre section table tr ul'
  ).split(' '),
);
// Elements that stand apart from their neighbours by an empty line.
const spaced = new Set('blockquote h1 h2 h3 h4 h5 h6 ol p pre table ul'.split(' '));

const maxLink = 2000;
const href = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** @param maxLength stops after about that many characters of text */
export function textOfHtml(html: string, maxLength = 1024 * 1024): string {
  const writer = createWriter();
  const tagStart = /<(\/?)([a-zA-Z][a-zA-Z0-9:-]*)/y;
  let at = 0;
  while (at < html.length && writer.length() < maxLength) {
    const tag = html.indexOf('<', at);
    if (tag < 0) {
      writer.text(decodeEntities(html.slice(at)));
      break;
    }
    if (tag > at) writer.text(decodeEntities(html.slice(at, tag)));
    if (html.startsWith('<!--', tag)) {
      at = after(html, '-->', tag + 4);
      continue;
    }
    if (html[tag + 1] === '!' || html[tag + 1] === '?') {
      at = after(html, '>', tag);
      continue;
    }
    tagStart.lastIndex = tag;
    const opened = tagStart.exec(html);
    if (!opened) {
      writer.text('<');
      at = tag + 1;
      continue;
    }
    at = endOfTag(html, tagStart.lastIndex);
    const closing = opened[1] === '/';
    const name = (opened[2] ?? '').toLowerCase();
    const attributes = html.slice(tagStart.lastIndex, Math.min(at, tagStart.lastIndex + 8000));
    if (name === 'a') {
      writer.endLink();
      const url = closing ? undefined : attributeOf(href, attributes);
      if (url !== undefined) writer.beginLink(url);
    } else if (!closing && skipped.has(name)) {
      at = afterElement(html, name, at);
    } else {
      writer.tag(name, closing, attributes);
    }
  }
  writer.endLink();
  return writer.end();
}

/** The position behind the next `mark`, or the end. */
function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

function afterElement(html: string, name: string, from: number): number {
  const closer = new RegExp(`</${name}(?=[\\s/>])`, 'gi');
  closer.lastIndex = from;
  return closer.exec(html) ? endOfTag(html, closer.lastIndex) : html.length;
}

/** Behind the `>` that ends a tag; a `>` in quotes does not. An open quote ends at the next `>` after all. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  const limit = Math.min(html.length, from + 8000);
  for (let at = from; at < limit; at++) {
    const c = html[at];
    if (quote) {
      if (c === quote) quote = '';
    } else if (c === '>') return at + 1;
    else if ((c === '"' || c === "'") && html[at - 1]?.match(/[=\s]/)) quote = c;
  }
  return after(html, '>', from);
}

function attributeOf(attribute: RegExp, attributes: string): string | undefined {
  const found = attribute.exec(attributes);
  const value = found?.[1] ?? found?.[2] ?? found?.[3];
  return value === undefined ? undefined : decodeEntities(value).trim();
}

interface Writer {
  text(text: string): void;
  tag(name: string, closing: boolean, attributes: string): void;
  beginLink(url: string): void;
  /** Ends the open link, if any: its address follows its text unless it says the same. */
  endLink(): void;
  length(): number;
  end(): string;
}

function createWriter(): Writer {
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
  return {
    text(text) {
      if (preformatted > 0) return preText(text);
      for (const [index, word] of text.split(/[ \t\r\n\f]+/).entries()) {
        if (index > 0) space = true;
        if (word !== '') write(word);
      }
    },
    tag(name, closing, attributes) {
      if (name === 'br') return owe(Math.min(2, owed + 1));
      if (name === 'img' && !closing) {
        const text = attributeOf(alt, attributes);
        if (text) write(`[${text}]`);
        return;
      }
      if (name === 'td' || name === 'th') {
        space = true;
        return;
      }
      if (!blocks.has(name)) return;
      owe(spaced.has(name) && !(lists.length > 0 && (name === 'ul' || name === 'ol')) ? 2 : 1);
      const step = closing ? -1 : 1;
      if (name === 'pre') preformatted = Math.max(0, preformatted + step);
      if (name === 'blockquote') quotes = Math.max(0, quotes + step);
      if (name === 'hr') write('----------');
      if (name === 'hr') owe(1);
      if (name === 'ul' || name === 'ol') {
        if (closing) lists.pop();
        else if (lists.length < 100) lists.push({ ordered: name === 'ol', count: 0 });
      }
      if (name === 'li' && !closing) {
        const list = lists.at(-1);
        if (list) list.count++;
        write(`${'  '.repeat(Math.min(8, Math.max(0, lists.length - 1)))}${list?.ordered ? `${list.count}.` : '-'}`);
        space = true;
      }
    },
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

function quotePrefix(depth: number): string {
  return '> '.repeat(Math.min(depth, 8));
}

// U+00A0 to U+00FF in order, then the punctuation that word processors put into mail.
const latin =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro ' +
  'para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil ' +
  'Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave ' +
  'Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml ' +
  'igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute ' +
  'thorn yuml';
const named: ReadonlyMap<string, string> = new Map([
  ...latin.split(' ').map((name, index): [string, string] => [name, String.fromCharCode(0xa0 + index)]),
  ...Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    OElig: 'Œ',
    oelig: 'œ',
    Scaron: 'Š',
    scaron: 'š',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    sbquo: '‚',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    lsaquo: '‹',
    rsaquo: '›',
    dagger: '†',
    bull: '•',
    hellip: '…',
    permil: '‰',
    euro: '€',
    trade: '™',
    larr: '←',
    rarr: '→',
    minus: '−',
    ensp: ' ',
    emsp: ' ',
    thinsp: ' ',
    zwnj: '',
    zwj: '',
    lrm: '',
    rlm: '',
  }),
]);

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,9}));?/g,
    (whole, dec, hex, name) => {
      if (name !== undefined) return (named.get(name) ?? whole).replace('\u00ad', '');
      const code = dec === undefined ? Number.parseInt(hex, 16) : Number(dec);
      // Soft hyphens, joiners and zero-width fillers are there for layout, or to hide text from filters.
      if (code === 0xad || (code >= 0x200b && code <= 0x200f) || code === 0x34f || code === 0xfeff) return '';
      const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
      return valid ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
