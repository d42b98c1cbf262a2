// Plain text from HTML mail, for messages that have nothing else. One pass, linear in the input whatever it holds.
import { decodeEntities } from './html-entities.ts';
import { createHtmlWriter, type HtmlWriter } from './html-writer.ts';

// Elements whose content is not for reading.
const skipped = new Set(['script', 'style', 'title', 'template', 'noframes', 'iframe', 'object', 'xmp', 'textarea']);

/** Longer tags are not looked at to their end. */
const maxTag = 8000;
const href = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;
const alt = /\salt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/i;

/** @param maxLength stops after about that many characters of text */
export function textOfHtml(html: string, maxLength = 1024 * 1024): string {
  const writer = createHtmlWriter();
  for (let at = 0; at < html.length && writer.length() < maxLength; ) {
    const next = html.indexOf('<', at);
    const end = next < 0 ? html.length : next;
    if (end > at) writer.text(decodeEntities(html.slice(at, end)));
    at = next < 0 ? end : takeMarkup(html, next, writer);
  }
  writer.endLink();
  return writer.end();
}

/** Takes what begins with the `<` at `at`. @returns the position behind it */
function takeMarkup(html: string, at: number, writer: HtmlWriter): number {
  if (html.startsWith('<!--', at)) return after(html, '-->', at + 4);
  if (html[at + 1] === '!' || html[at + 1] === '?') return after(html, '>', at);
  const tagStart = /<(\/?)([a-zA-Z][a-zA-Z0-9:-]*)/y;
  tagStart.lastIndex = at;
  const [opening, slash, name = ''] = tagStart.exec(html) ?? [];
  if (opening === undefined) {
    writer.text('<');
    return at + 1;
  }
  const from = at + opening.length;
  const end = endOfTag(html, from);
  const attributes = html.slice(from, Math.min(end, from + maxTag));
  return takeTag(html, end, { name: name.toLowerCase(), closing: slash === '/', attributes }, writer);
}

interface Tag {
  readonly name: string;
  readonly closing: boolean;
  readonly attributes: string;
}

/** @param end the position behind the tag. @returns the position from which to go on */
function takeTag(html: string, end: number, { name, closing, attributes }: Tag, writer: HtmlWriter): number {
  if (name === 'a') {
    writer.endLink();
    const url = closing ? undefined : attributeOf(href, attributes);
    if (url !== undefined) writer.beginLink(url);
  } else if (name === 'img') {
    const text = closing ? undefined : attributeOf(alt, attributes);
    if (text) writer.image(text);
  } else if (!closing && skipped.has(name)) {
    return afterElement(html, name, end);
  } else writer.tag(name, closing);
  return end;
}

/** The position behind the next `mark`, or the end. */
function after(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

function afterElement(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2)) {
    const end = at + 2 + name.length;
    if (html.slice(at + 2, end).toLowerCase() === name && /[\s/>]/.test(html.charAt(end))) return endOfTag(html, end);
  }
  return html.length;
}

/** Behind the `>` that ends a tag; a `>` in quotes does not. An open quote ends at the next `>` after all. */
function endOfTag(html: string, from: number): number {
  let quote = '';
  const limit = Math.min(html.length, from + maxTag);
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
