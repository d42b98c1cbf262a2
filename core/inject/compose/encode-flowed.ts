// format=flowed (RFC 3676): breaks long paragraphs softly, so that every reader can wrap them to its own width. Lines that begin with
// `>` are treated as quoted text.
import { trimEndOf } from '../../lib/text/trim-end.ts';

const width = 72;
const signatureMark = '-- ';

/** Text as typed (LF line ends) as the body of a `text/plain; format=flowed; delsp=no` part. */
export function encodeFlowed(text: string): string {
  return text.split('\n').map(encodeLine).join('\n');
}

function encodeLine(line: string): string {
  if (line === signatureMark) return line;
  const quote = /^>+/.exec(line)?.[0] ?? '';
  // A space at the end would mean that the paragraph continues; one after the quote marks is not part of the text.
  const text = trimEndOf(line.slice(quote.length), ' ');
  const body = quote === '' ? text : text.replace(/^ /, '');
  // Every piece repeats the quote marks: with a thousand marks a thousand words would become a million bytes.
  if (quote.length > width - 21) return quote + stuffed(body, quote);
  return breakSoftly(body, width - quote.length - 1)
    .map(piece => quote + stuffed(piece, quote))
    .join('\n');
}

/** Adds a space if the line would otherwise look quoted, stuffed, or like the start of an mbox entry. */
function stuffed(piece: string, quote: string): string {
  const needsSpace = quote === '' ? /^( |>|From )/.test(piece) : piece !== '';
  return needsSpace ? ` ${piece}` : piece;
}

/** Pieces that end in a space (a soft break) except the last one. Words are never cut. */
function breakSoftly(text: string, room: number): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > room) {
    const at = softBreak(rest, room);
    if (at === undefined) break;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return [...pieces, rest];
}

/** Where the next line begins: after the last run of spaces that fits, else after the first one. */
function softBreak(text: string, room: number): number | undefined {
  const best = lastBreak(text.slice(0, room + 1));
  if (best !== undefined) return best;
  let at = text.indexOf(' ', room);
  while (text[at] === ' ') at++;
  return at < 0 || at === text.length ? undefined : at;
}

function lastBreak(text: string): number | undefined {
  for (let at = text.length - 1; at > 0; at--) {
    if (text[at - 1] === ' ' && text[at] !== ' ' && !isBadPiece(text.slice(0, at))) return at;
  }
  return undefined;
}

/** A piece of spaces only, or one that would be read as the signature mark. */
function isBadPiece(piece: string): boolean {
  return piece === signatureMark || piece.trim() === '';
}
