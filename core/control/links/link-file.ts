// The file of a link, read: a word and its value on each line; `#` starts a comment.
import { linkName, longestLinkFile } from '../../api/link-grammar.ts';
import { type FileProblem, readWords } from '../word-file/word-file.ts';
import type { Link } from './link.ts';
import { type LinkFields, linkWords } from './link-words.ts';

/** The lines that are right make the link. With a problem it still takes the mail that it carries, but sends nothing. */
export interface ReadLink {
  readonly link: Link;
  readonly problems: readonly FileProblem[];
}

const twoWeeksSec = 1_209_600;

export function parseLink(name: string, text: string): ReadLink {
  const problems: FileProblem[] = [];
  const problem = (line: number | undefined, what: string) => void problems.push({ line, text: what });
  const fields = emptyFields(name);
  if (!linkName.test(name)) {
    problem(undefined, `${name} cannot be the name of a link: use up to 32 small letters, digits and _`);
  }
  if (text.length > longestLinkFile) problem(undefined, `the file is longer than ${longestLinkFile} bytes`);
  else problems.push(...readWords(linkWords, fields, text, 'a link'));
  completeAndCheck(fields, problem);
  return { link: Object.freeze(fields), problems };
}

function emptyFields(name: string): LinkFields {
  return {
    name,
    carries: [],
    server: undefined,
    protocol: 'smtp',
    tls: 'none',
    certificate: { kind: 'verified' },
    authority: undefined,
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
    const brings = ({ kind }: Link['steps'][number]) => kind === 'turn' || kind === 'etrn' || kind === 'fetch';
    fields.steps = [...fields.steps.filter(brings), ...fields.steps.filter(step => !brings(step))];
  }
  if (fields.carries.length > 0 && !fields.server) problem(undefined, 'it carries mail, but has no server line');
  if (fields.steps.some(({ kind }) => kind === 'send') && !fields.server) {
    problem(undefined, 'it has a step "do send", but no server line');
  }
  if (fields.server?.kind === 'client' && fields.turnFor.length === 0) {
    problem(undefined, 'its server is the client, but no turn-for line names one');
  }
  if (fields.tls === 'starttls' && fields.protocol === 'qmtp')
    problem(undefined, 'QMTP has no STARTTLS: write tls implicit');
  if (fields.tls === 'none' && (fields.certificate.kind !== 'verified' || fields.authority !== undefined)) {
    problem(undefined, 'it has a certificate or authority line, but no TLS');
  }
  if (fields.steps.length === 0) problem(undefined, 'it does nothing: it has neither a server nor a do line');
}
