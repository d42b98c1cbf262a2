// Where the caret is when a message is opened: never in a quote or after the signature.

const quoteBegins = /^(?:>|-{8,} ?Forwarded message)/m;

/**
 * The caret's position: after the words above the quote, or after those below it when replies go below; without a quote,
 * after all words. It is always before the signature.
 */
export function writingPosition(words: string, answers: 'above' | 'below'): number {
  const signature = words.lastIndexOf('\n-- \n');
  const written = signature < 0 ? words : words.slice(0, signature + 1);
  const quote = quoteBegins.exec(written)?.index;
  if (quote !== undefined && (answers === 'above' || written.charAt(quote) !== '>')) return aboveQuote(written, quote);
  const end = written.trimEnd().length;
  const lastLine = written.slice(written.lastIndexOf('\n', end - 1) + 1, end);
  // An empty line separates the reply from the quote above it.
  return lastLine.startsWith('>') ? Math.min(end + 2, written.length) : end;
}

/** A quote starts with the line that names its author. */
function aboveQuote(written: string, quote: number): number {
  const above = written.slice(0, quote);
  if (written.charAt(quote) !== '>') return above.trimEnd().length;
  const attribution = above.trimEnd().lastIndexOf('\n') + 1;
  return above.slice(0, attribution).trimEnd().length;
}
