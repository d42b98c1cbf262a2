// Parses fields with parameters (RFC 2045 section 5.1), Content-Type and Content-Disposition, including continuations and charsets (RFC
// 2231).
import { decodeBytes } from '../encodings/charset.ts';
import { decodeWords } from '../encodings/encoded-words.ts';

export interface Structured {
  /** `text/plain`, `attachment`, …: lower case, without parameters. */
  readonly value: string;
  /** The first parameter of that name (lower case) as a byte string; undefined if there is none. */
  parameter(name: string): string | undefined;
  /** The same as text. @param charset of the message */
  text(name: string, charset: string): string | undefined;
}

/** A parameter's bytes, and their charset if it is given. */
interface Value {
  readonly raw: string;
  readonly charset: string | undefined;
}

const maxLength = 16_000;
const maxParameters = 500;

/** Parses the value of such a field, a byte string. */
export function parseStructured(field: string): Structured {
  const short = field.slice(0, maxLength);
  const end = endOfPlain(short, 0);
  const given = new Map<string, string>();
  for (let at = end; at < short.length && given.size < maxParameters; ) at = takeParameter(short, at + 1, given);
  const values = joinPieces(given);
  return {
    value: withoutComment(short.slice(0, end)).trim().toLowerCase(),
    parameter: name => values.get(name)?.raw,
    text(name, charset) {
      const found = values.get(name);
      if (!found) return undefined;
      if (found.charset === undefined) return decodeWords(found.raw, charset);
      return decodeBytes(Buffer.from(found.raw, 'latin1'), found.charset, { fallback: charset });
    },
  };
}

/** Adds the parameter at `at`, if there is one. @returns its end: the next `;` or the end of the field */
function takeParameter(field: string, at: number, given: Map<string, string>): number {
  const end = endOfPlain(field, at);
  const equals = field.indexOf('=', at);
  if (equals < 0 || equals > end) return end;
  const name = field.slice(at, equals).trim().toLowerCase();
  let from = equals + 1;
  while (field[from] === ' ' || field[from] === '\t') from++;
  const quoted = field[from] === '"' ? readQuoted(field, from) : undefined;
  const value = quoted?.value ?? withoutComment(field.slice(from, end)).trim().replace(/^"/, '');
  if (name !== '' && !given.has(name)) given.set(name, value);
  return quoted ? endOfPlain(field, quoted.end) : end;
}

/** The position of the next `;`, or the end. */
function endOfPlain(field: string, from: number): number {
  const found = field.indexOf(';', from);
  return found < 0 ? field.length : found;
}

/** @returns undefined if the quote is never closed: then it is an ordinary character */
function readQuoted(field: string, from: number): { value: string; end: number } | undefined {
  const pieces: string[] = [];
  let done = from + 1;
  for (let at = done; at < field.length; at++) {
    if (field[at] === '"') return { value: [...pieces, field.slice(done, at)].join(''), end: at + 1 };
    // A backslash escapes only quotes and itself; in a Windows path it is an ordinary character.
    if (field[at] === '\\' && (field[at + 1] === '"' || field[at + 1] === '\\')) {
      pieces.push(field.slice(done, at));
      done = ++at;
    }
  }
  return undefined;
}

/** Removes a comment after a value; parentheses within the value are kept: `Invoice(1).pdf`. */
function withoutComment(value: string): string {
  const found = value.search(/[ \t]\(/);
  return found < 0 ? value : value.slice(0, found);
}

/** RFC 2231: `name*0*`, `name*1`, … become `name`, which overrides a plain `name`. */
function joinPieces(given: ReadonlyMap<string, string>): Map<string, Value> {
  const values = new Map<string, Value>();
  const pieces = new Map<string, { number: number; encoded: boolean; value: string }[]>();
  for (const [key, value] of given) {
    const [, name, number, star] = /^([^*]+)\*(\d{0,4})(\*?)$/.exec(key) ?? [];
    if (name === undefined) {
      values.set(key, { raw: value, charset: undefined });
      continue;
    }
    const list = pieces.get(name) ?? [];
    list.push({ number: Number(number), encoded: number === '' || star === '*', value });
    pieces.set(name, list);
  }
  for (const [name, list] of pieces) {
    list.sort((a, b) => a.number - b.number);
    let charset = list.some(({ encoded }) => encoded) ? '' : undefined;
    const [first] = list;
    const marked = first?.encoded ? /^([^']*)'[^']*'/.exec(first.value) : null;
    if (first && marked) {
      charset = marked[1] ?? '';
      first.value = first.value.slice(marked[0].length);
    }
    values.set(name, {
      raw: list.map(each => (each.encoded ? percentDecoded(each.value) : each.value)).join(''),
      charset,
    });
  }
  return values;
}

function percentDecoded(value: string): string {
  return value.replace(/%([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
