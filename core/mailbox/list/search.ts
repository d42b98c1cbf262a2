// Searches the list: words in subject, sender and all recipients, without regard to case and accents. Pure.
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

/** Accents of Latin, Greek and Cyrillic letters, and points of Hebrew and Arabic, which most people do not type. */
const marks = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]/g;
/** Letters whose decomposition is not what people type for them. */
const letters: Readonly<Record<string, string>> = { ß: 'ss', ς: 'σ', ı: 'i', ø: 'o', ł: 'l', đ: 'd', æ: 'ae', œ: 'oe' };

/** A text as it is compared. */
export function folded(text: string): string {
  // The fast way, for most mail.
  if (/^[\0-\x7f]*$/.test(text)) return text.toLowerCase();
  return text
    .normalize('NFKD')
    .replace(marks, '')
    .toLowerCase()
    .replace(marks, '')
    .replace(/[ßςıøłđæœ]/g, letter => letters[letter] ?? letter);
}
