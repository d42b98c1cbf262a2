// Where the words of the writer go: never into a quote, nor behind the signature.

const quoteBegins = /^(?:>|-{8,} ?Forwarded message)/m;

/**
 * Where the caret is at the beginning: at the end of the words above the quote, or, where answers stand below it, of
 * those that follow it; without a quote at the end of all words. Always above the signature.
 */
export function writingPosition(words: string, answers: 'above' | 'below'): number {
  const signature = words.lastIndexOf('\n-- \n');
  const written = signature < 0 ? words : words.slice(0, signature + 1);
  const quote = quoteBegins.exec(written)?.index;
  if (quote !== undefined && (answers === 'above' || written.charAt(quote) !== '>')) return aboveQuote(written, quote);
  const end = written.trimEnd().length;
  const lastLine = written.slice(written.lastIndexOf('\n', end - 1) + 1, end);
  // Below a quote there is an empty line before the answer.
  return lastLine.startsWith('>') ? Math.min(end + 2, written.length) : end;
}

/** A quote begins with the line that says whose it is. */
function aboveQuote(written: string, quote: number): number {
  const above = written.slice(0, quote);
  if (written.charAt(quote) !== '>') return above.trimEnd().length;
  const attribution = above.trimEnd().lastIndexOf('\n') + 1;
  return above.slice(0, attribution).trimEnd().length;
}
