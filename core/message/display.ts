// Header fields for display: decoded (RFC 2047), on one line, and no more of them than a person looks at.
import { addressParser, decodeWords } from 'postal-mime';

/** Someone named in a header. */
interface Person {
  readonly name: string;
  readonly address: string;
}

/** Longer fields are cut: joining that many encoded words costs postal-mime the square of their number. */
const maxFieldLength = 20_000;

/** An unstructured field as one line of text. */
export function decodeText(value: string): string {
  return oneLine(decodeWords(value.slice(0, maxFieldLength)));
}

/**
 * Text from outside as one line: no control characters, and none that turn the reading direction around (a file
 * called `fdp.exe` could show as `exe.pdf`).
 */
export function oneLine(text: string): string {
  return text
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim();
}

/** The mailboxes in address fields; groups are opened. `most` bounds work and memory on hostile fields. */
export function parsePeople(values: readonly string[], most: number): Person[] {
  const people: Person[] = [];
  for (const value of values) {
    for (const found of addressParser(withoutDeepGroups(atMost(value, 2000 + most * 200)), { flatten: true })) {
      const person = { name: oneLine(found.name), address: oneLine(found.address ?? '') };
      if (person.name || person.address) people.push(person);
      if (people.length === most) return people;
    }
  }
  return people;
}

const maxGroupDepth = 3;
const closers: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>' };

/** Cuts a list where groups in groups begin: postal-mime reads what is in a group once for each of up to 50 levels. */
function withoutDeepGroups(list: string): string {
  let closer: string | undefined;
  let depth = 0;
  for (let at = 0; at < list.length; at++) {
    const char = list.charAt(at);
    if (closer !== undefined) {
      if (char === '\\' && closer === '"') at++;
      else if (char === closer) closer = undefined;
    } else if (char === ';') depth = 0;
    else if (char === ':' && ++depth > maxGroupDepth) return list.slice(0, at);
    else closer = closers[char];
  }
  return list;
}

/** Cuts a list after its last whole entry within `length` characters. */
function atMost(list: string, length: number): string {
  if (list.length <= length) return list;
  const comma = list.lastIndexOf(',', length);
  return list.slice(0, comma > 0 ? comma : length);
}
