// Formats lines for a terminal with 80 columns, with overstruck letters for bold and underlined text.

/** Letters as they are printed, one column each. */
export type Letters = readonly string[];

const width = 78;

/** Plain letters; unprintable bytes as underlined octal numbers. */
export function plain(text: string): Letters {
  return styled(text, letter => letter, underline);
}

/** Underlined letters; unprintable bytes as plain octal numbers. */
export function underlined(text: string): Letters {
  return styled(text, underline, letter => letter);
}

/** Bold letters; unprintable bytes as underlined octal numbers. */
export function bold(text: string): Letters {
  return styled(text, letter => `${letter}\b${letter}`, underline);
}

function underline(letter: string): string {
  return `_\b${letter}`;
}

function styled(text: string, usual: (letter: string) => string, octal: (letter: string) => string): Letters {
  return [...text].flatMap(char => {
    if (char === '\t') return usual(' ');
    if (/[ -~]/.test(char)) return usual(char);
    return [...`\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`].map(octal);
  });
}

/** Two columns; lines are broken if the columns would touch. */
export function besides(left: Letters, right: Letters): string {
  let text = '';
  let [atLeft, atRight] = [0, 0];
  for (;;) {
    const [restLeft, restRight] = [left.length - atLeft, right.length - atRight];
    const fits = restLeft + restRight <= width - 2;
    const takeLeft = fits ? restLeft : Math.min(50, restLeft);
    const takeRight = fits ? restRight : Math.min(50, restRight, width - 2 - takeLeft);
    const gap = ' '.repeat(width - takeLeft - takeRight);
    text += `${left.slice(atLeft, atLeft + takeLeft).join('')}${gap}${right.slice(atRight, atRight + takeRight).join('')}\n`;
    if (fits) return text;
    atLeft += takeLeft;
    atRight += takeRight;
  }
}

/** One column; long lines are broken at blanks if possible. */
export function lone(letters: Letters): string {
  let rest = letters;
  let text = '';
  while (rest.length > 73) {
    const blank = rest.slice(0, 73).lastIndexOf(' ');
    const take = blank > 0 ? blank : 73;
    text += `${rest.slice(0, take).join('')}\n`;
    rest = rest.slice(take);
  }
  return `${text}${rest.join('')}\n`;
}
