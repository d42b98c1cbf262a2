// Plain text as it is written: words with one space between them, line ends and empty lines, quote marks at the start of lines.

export interface TextLines {
  /** @returns what the word adds to its line, with the space before it */
  word(word: string): string;
  /** Whatever comes next follows after a space. */
  space(): void;
  /** The next word comes after at least this many line ends; 2 make an empty line. */
  breakLine(lines: number): void;
  /** Ends the line; a second time makes an empty line, and there are never more than that. */
  lineEnd(): void;
  /** Adds to the line as it is. */
  append(text: string): void;
  /** The depth of quotation of what comes next. */
  quote(depth: number): void;
  length(): number;
  text(): string;
}

const deepestQuote = 8;

export function createTextLines(): TextLines {
  // Pieces are joined once: appending to one long string that is also read would cost its length each time.
  const pieces: string[] = [];
  let length = 0;
  let owedLineEnds = 0;
  let owedSpace = false;
  let quotes = 0;
  let quotesOfLastLine = 0;

  function append(piece: string): void {
    pieces.push(piece);
    length += piece.length;
  }

  function breakLine(lines: number): void {
    owedLineEnds = Math.max(owedLineEnds, length === 0 ? 0 : lines);
    owedSpace = false;
  }

  return {
    word(word) {
      const added = owedSpace ? ` ${word}` : word;
      if (owedLineEnds > 0 || length === 0) {
        const prefix = quotePrefix(quotes);
        const between = quotePrefix(Math.min(quotes, quotesOfLastLine)).trimEnd();
        append(length === 0 ? prefix : `\n${owedLineEnds > 1 ? `${between}\n` : ''}${prefix}`);
        quotesOfLastLine = quotes;
      } else if (owedSpace) append(' ');
      owedLineEnds = 0;
      owedSpace = false;
      append(word);
      return added;
    },
    space() {
      owedSpace = true;
    },
    breakLine,
    lineEnd: () => breakLine(Math.min(2, owedLineEnds + 1)),
    append,
    quote(depth) {
      quotes = depth;
    },
    length: () => length,
    text: () => pieces.join('').trimEnd(),
  };
}

function quotePrefix(depth: number): string {
  return '> '.repeat(Math.min(depth, deepestQuote));
}
