// Finds the links in plain text: web addresses, mailto: links and mail addresses. Pure, and linear in the text's length.

export type TextPart =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

/** More links than this would slow the window down: the rest of the text stays plain. */
const maxLinks = 2000;

/** Finds web addresses, mailto: links and mail addresses; a full stop or bracket at the end belongs to the sentence. */
export function splitLinks(words: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  let url = nextUrl(words, 0);
  let address = nextAddress(words, 0);
  for (let links = 0; links < maxLinks; links++) {
    // Each search continues where the last one ended, so that no character is searched twice.
    if (url && url.start < at) url = nextUrl(words, at);
    if (address && address.start < at) address = nextAddress(words, at);
    const found = url && (!address || url.start <= address.start) ? url : address;
    if (!found) break;
    const end = found.start + trimmedLength(words.slice(found.start, found.end));
    const text = words.slice(found.start, end);
    if (found.start > at) parts.push({ kind: 'plain', text: words.slice(at, found.start) });
    parts.push({ kind: 'link', text, url: found === url ? text : `mailto:${text}` });
    at = end;
  }
  if (at < words.length) parts.push({ kind: 'plain', text: words.slice(at) });
  return parts;
}

/** A place in the text, from `start` up to `end`. */
interface Place {
  readonly start: number;
  readonly end: number;
}

function nextUrl(words: string, from: number): Place | undefined {
  const scheme = /\b(?:https?:\/\/|mailto:)[^\s<>"'`.,;:!?)][^\s<>"'`]*/gi;
  scheme.lastIndex = from;
  const found = scheme.exec(words);
  return found ? { start: found.index, end: scheme.lastIndex } : undefined;
}

/**
 * `local@host.tld`, found by its `@`: an expression would try every start of a local part up to its end. What precedes one
 * `@` follows the one before it, so each character is looked at twice at most.
 */
function nextAddress(words: string, from: number): Place | undefined {
  for (let sign = words.indexOf('@', from); sign >= 0; sign = words.indexOf('@', sign + 1)) {
    const start = startOfLocal(words, sign, from);
    const end = endOfHost(words, sign + 1);
    if (start !== undefined && end !== undefined) return { start, end };
  }
  return undefined;
}

/** Where the local part before `sign` starts, at the start of a word; undefined when there is none. */
function startOfLocal(words: string, sign: number, from: number): number | undefined {
  let start = sign;
  while (start > from && /[\w.+-]/.test(words.charAt(start - 1))) start--;
  while (start < sign && !isWordStart(words, start)) start++;
  return start < sign ? start : undefined;
}

function isWordStart(words: string, at: number): boolean {
  return /\w/.test(words.charAt(at)) !== /\w/.test(words.charAt(at - 1));
}

/** The end of a host name with a dot in it; undefined when there is none. */
function endOfHost(words: string, from: number): number | undefined {
  const host = /[\w-]+(?:\.[\w-]+)+/y;
  host.lastIndex = from;
  return host.test(words) ? host.lastIndex : undefined;
}

function trimmedLength(link: string): number {
  // Only surplus closing brackets are cut off.
  let excess = link.split(')').length - link.split('(').length;
  let end = link.length;
  for (; end > 0; end--) {
    const last = link.charAt(end - 1);
    if (last === ')' && excess > 0) excess--;
    else if (!'.,;:!?'.includes(last)) break;
  }
  return end;
}
