// Words that are looked for in the list: without regard to case and accents, in subject, sender and all recipients. Pure.
import type { Summary } from '../reading/summary.ts';

/** A test for summaries; undefined for a query without words, which all match. */
export function searchTest(query: string): ((summary: Summary) => boolean) | undefined {
  const words = folded(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return summary => {
    const text = searchable(summary);
    return words.every(word => text.includes(word));
  };
}

function searchable({ from, to, subject, others = '' }: Summary): string {
  return folded([subject, ...[from, ...to].flatMap(person => [person.name, person.address]), others].join('\n'));
}

/** Accents of Latin, Greek and Cyrillic letters; the points of Hebrew and Arabic, which most people leave out. */
const marks = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters that no decomposition takes to what people type for them. */
const letters: Readonly<Record<string, string>> = { ß: 'ss', ς: 'σ', ı: 'i', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' };

/** A text as it is compared. */
export function folded(text: string): string {
  // Most of the mail in the world.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(marks, '')
    .replace(/[ßςıøłđæœ]/g, letter => letters[letter] ?? letter);
}
