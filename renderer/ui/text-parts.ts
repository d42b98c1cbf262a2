// Plain text, cut into what a screen shows differently: quoted blocks, the signature, links. Pure.

export interface TextBlock {
  /** How many `>` the lines began with. */
  readonly depth: number;
  readonly signature: boolean;
  readonly text: string;
}

export type TextPart =
  | { readonly kind: 'plain'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly url: string };

const quoteMarks = /^(?:> ?)+/;

/** Neighbouring lines of the same depth become one block; `-- ` begins the signature. */
export function textBlocks(words: string): TextBlock[] {
  const blocks: { depth: number; signature: boolean; lines: string[] }[] = [];
  let signature = false;
  for (const line of words.replaceAll('\r\n', '\n').trimEnd().split('\n')) {
    const marks = quoteMarks.exec(line)?.[0] ?? '';
    const depth = marks.replaceAll(' ', '').length;
    if (line === '-- ' || line === '--') signature = true;
    const last = blocks.at(-1);
    if (last && last.depth === depth && last.signature === signature) last.lines.push(line.slice(marks.length));
    else blocks.push({ depth, signature, lines: [line.slice(marks.length)] });
  }
  return blocks.map(({ lines, ...block }) => ({ ...block, text: lines.join('\n') }));
}

const links = /\b(?:https?:\/\/|mailto:)[^\s<>"'`]+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+/gi;

/** Finds web addresses, mailto: links and mail addresses; a full stop or bracket at the end belongs to the sentence. */
export function textParts(words: string): TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of words.matchAll(links)) {
    const found = trimEnd(match[0]);
    if (match.index > at) parts.push({ kind: 'plain', text: words.slice(at, match.index) });
    const url = /^(https?:|mailto:)/i.test(found) ? found : `mailto:${found}`;
    parts.push({ kind: 'link', text: found, url });
    at = match.index + found.length;
  }
  if (at < words.length) parts.push({ kind: 'plain', text: words.slice(at) });
  return parts;
}

function trimEnd(link: string): string {
  let end = link.length;
  while (end > 0 && isTrailing(link.slice(0, end))) end -= 1;
  return link.slice(0, end);
}

function isTrailing(link: string): boolean {
  const last = link.at(-1) ?? '';
  if ('.,;:!?'.includes(last)) return true;
  return last === ')' && link.split('(').length < link.split(')').length;
}
