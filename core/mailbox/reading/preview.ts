// The first words of a message, for its row in the list.
import { trimEndOf } from '../../lib/text/trim-end.ts';
import { textOfHtml } from '../../message/body/html-text.ts';
import { type Body, type TextAllowance, type TextLeaf, textAllowance, textOf } from '../../message/body/leaf-parts.ts';
import { oneLine } from '../../message/encodings/display-text.ts';

const previewLength = 140;
// Enough encoded bytes for the preview: HTML starts with style sheets.
const plainBytes = 2048;
const htmlBytes = 48 * 1024;
/** How many texts are searched for words. */
const maxLeaves = 8;

/**
 * One line of the text that the reader shows; `''` when its first bytes contain no words.
 * @param raw the message, or its beginning: then it is not `complete`
 */
export function previewOf(raw: Buffer, complete: boolean, bodies: readonly Body[], charset: string): string {
  const leaves = bodies.flatMap(({ plain, html }) => [...plain, ...html]);
  const allowance = textAllowance();
  for (const leaf of leaves.slice(0, maxLeaves)) {
    const text = beginningOf(raw, complete, leaf, charset, allowance);
    const words = firstWords(text, line => !line.startsWith('>')) || firstWords(text, () => true);
    if (words !== '') return shorten(words);
  }
  return '';
}

function beginningOf(
  raw: Buffer,
  complete: boolean,
  leaf: TextLeaf,
  charset: string,
  allowance: TextAllowance,
): string {
  const most = leaf.html ? htmlBytes : plainBytes;
  const { bodyStart, bodyEnd } = leaf.part;
  const isCut = bodyEnd - bodyStart > most || (!complete && bodyEnd === raw.length);
  const { text } = textOf(raw, leaf, charset, allowance, isCut ? most : undefined);
  const whole = trimEndOf(text, '\ufffd');
  return leaf.html ? textOfHtml(whole, 4 * previewLength) : whole;
}

/** The beginning of the wanted lines as one line, quote marks taken off. */
function firstWords(text: string, wanted: (line: string) => boolean): string {
  let words = '';
  for (const line of text.split('\n')) {
    // White space is removed later, so more than the preview's length is gathered.
    if (words.length > 4 * previewLength) break;
    if (wanted(line)) words += `${line.slice(0, 8 * previewLength).replace(/^[> ]+/, '')}\n`;
  }
  return oneLine(words);
}

/** Cuts between characters, not inside one. */
function shorten(text: string): string {
  if (text.length <= previewLength) return text;
  const last = text.charCodeAt(previewLength - 1);
  return text.slice(0, last >= 0xd800 && last < 0xdc00 ? previewLength - 1 : previewLength);
}
