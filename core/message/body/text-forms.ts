// Joins the texts of a message, as plain text or as HTML.
import { type HtmlSize, measureHtml } from './html-size.ts';
import { textOfHtml } from './html-text.ts';
import type { TextForms } from './mime.ts';

/** HTML gives them no meaning, and JSON makes six bytes of each: 3 MB of them would keep the host busy for a quarter of a second. */
const controls = /[\0-\x08\x0b\x0e-\x1f]/g;

/** The text of a message: of each text its plain form, or the text in its HTML if there is only that. */
export interface PlainText {
  readonly text: string;
  /** Its full length, if this is not all of it. */
  readonly cutFrom: number | undefined;
}

/** @param maxLength how much of the source is used */
export function plainText(texts: readonly TextForms[], maxLength: number): PlainText {
  const pieces: string[] = [];
  let length = 0;
  for (const { plain = '', html = '' } of texts) {
    const isHtml = plain.trim() === '' && html !== '';
    const source = isHtml ? html : plain;
    const begin = source.slice(0, Math.max(0, maxLength - length));
    length += source.length;
    if (begin !== '' || source === '') pieces.push(isHtml ? textOfHtml(begin) : begin);
  }
  return { text: pieces.join('\n'), cutFrom: length > maxLength ? length : undefined };
}

/** The limits up to which the window can lay out HTML without blocking. */
export interface HtmlLimits extends HtmlSize {
  readonly length: number;
}

/** Without `html` if no text has any, or if all together exceed a limit: `tooMuch`. */
export function htmlText(
  texts: readonly TextForms[],
  most: HtmlLimits,
): { readonly html?: string; readonly tooMuch: boolean } {
  if (!texts.some(({ html }) => html !== undefined && html !== '')) return { tooMuch: false };
  const whole = texts
    .map(({ plain = '', html }) => (html === undefined || html === '' ? asHtml(plain) : html))
    .join('\n')
    .replace(controls, ' ');
  const tooMuch = whole.length > most.length || isLarge(whole, most);
  return tooMuch ? { tooMuch } : { html: whole, tooMuch };
}

function isLarge(html: string, most: HtmlLimits): boolean {
  const { tags, depth, attributes } = measureHtml(html);
  return tags > most.tags || depth > most.depth || attributes > most.attributes;
}

function asHtml(plain: string): string {
  const escaped = plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return plain.trim() === '' ? '' : `<div style="white-space: pre-wrap">${escaped}</div>`;
}
