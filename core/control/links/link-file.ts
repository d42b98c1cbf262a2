// The file of a link, read: a word and its value on each line; `#` starts a comment.
import { firstWord, linkName, longestLinkFile } from '../../api/link-grammar.ts';
import type { Link } from './link.ts';
import { type LinkFields, type LinkWord, linkWords } from './link-words.ts';

/** What is wrong with a line; `line` from 1, undefined: with the file as a whole. */
export interface LinkProblem {
  readonly line: number | undefined;
  readonly text: string;
}

/** The lines that are right make the link. With a problem it still takes the mail that it carries, but sends nothing. */
export interface ReadLink {
  readonly link: Link;
  readonly problems: readonly LinkProblem[];
}

const twoWeeksSec = 1_209_600;

export function parseLink(name: string, text: string): ReadLink {
  const problems: LinkProblem[] = [];
  const problem = (line: number | undefined, what: string) => void problems.push({ line, text: what });
  const fields = emptyFields(name);
  if (!linkName.test(name)) {
    problem(undefined, `${name} cannot be the name of a link: use up to 32 small letters, digits and _`);
  }
  if (text.length > longestLinkFile) problem(undefined, `the file is longer than ${longestLinkFile} bytes`);
  else readLines(fields, text, problem);
  completeAndCheck(fields, problem);
  return { link: Object.freeze(fields), problems };
}

function readLines(fields: LinkFields, text: string, problem: (line: number, what: string) => void): void {
  const seen = new Set<string>();
  for (const [at, line] of text.split('\n').entries()) {
    const { word, rest: value } = firstWord(line);
    if (word === '' || word.startsWith('#')) continue;
    const known: LinkWord | undefined = Object.hasOwn(linkWords, word)
      ? linkWords[word as keyof typeof linkWords]
      : undefined;
    if (!known) problem(at + 1, `${word} is not a word of a link's file`);
    else if (value === '') problem(at + 1, `${word} needs ${known.takes}`);
    else if (!known.repeats && seen.has(word)) problem(at + 1, `${word} is there twice`);
    else {
      const wrong = known.read(fields, value);
      if (wrong !== undefined) problem(at + 1, `${word}: ${wrong}`);
    }
    seen.add(word);
  }
}

function emptyFields(name: string): LinkFields {
  return {
    name,
    carries: [],
    server: undefined,
    protocol: 'smtp',
    heloHost: undefined,
    knownBy: { kind: 'person' },
    checkEverySec: 30,
    windows: [],
    limits: { contactMinutes: undefined, contactBytes: undefined, dayMinutes: undefined, dayBytes: undefined },
    cost: { perMinute: 0, perMegabyte: 0, currency: '' },
    metered: false,
    largestBytes: undefined,
    lifetimeSec: twoWeeksSec,
    lifetimeCounts: 'link-time',
    halfDuplex: false,
    steps: [],
    turnFor: [],
    etrnNodes: [],
  };
}

/** Without `do` lines, what waits is sent. On a half-duplex link what brings mail comes first. */
function completeAndCheck(fields: LinkFields, problem: (line: undefined, what: string) => void): void {
  if (fields.steps.length === 0 && fields.server) fields.steps.push({ kind: 'send' });
  if (fields.halfDuplex) {
    const brings = ({ kind }: Link['steps'][number]) => kind === 'turn' || kind === 'etrn';
    fields.steps = [...fields.steps.filter(brings), ...fields.steps.filter(step => !brings(step))];
  }
  if (fields.carries.length > 0 && !fields.server) problem(undefined, 'it carries mail, but has no server line');
  if (fields.steps.some(({ kind }) => kind === 'send') && !fields.server) {
    problem(undefined, 'it has a step "do send", but no server line');
  }
  if (fields.server?.kind === 'client' && fields.turnFor.length === 0) {
    problem(undefined, 'its server is the client, but no turn-for line names one');
  }
  if (fields.steps.length === 0) problem(undefined, 'it does nothing: it has neither a server nor a do line');
}
