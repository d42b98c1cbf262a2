// Reads a folder of messages with Waypost and with Python's email package, and lists what they read differently. For anyone's
// corpus, by hand: node test/interop/compare-messages.ts FOLDER... (add `--all` for the differences that are expected).
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type TakenApart, takeApart } from '../../core/message/body/mime.ts';
import { decodeText } from '../../core/message/encodings/display-text.ts';
import { parsePeople } from '../../core/message/header/people.ts';

/** What both say of a message. */
interface Said {
  readonly subject: string;
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly plain: string;
  readonly html: string;
  readonly files: readonly { readonly name: string; readonly type: string; readonly sha1: string }[];
}

type FromPython = Said & { readonly path: string; readonly error?: string; readonly defects: readonly string[] };

/** A difference, and the reason why it is expected, if it is. */
interface Difference {
  readonly what: string;
  readonly expected: string | undefined;
  readonly waypost: string;
  readonly python: string;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false } },
});
const paths = positionals.flatMap(messagesIn);
const python = spawn('python3', [join(import.meta.dirname, 'read-messages.py')], {
  stdio: ['pipe', 'pipe', 'inherit'],
});
python.stdin.end(paths.map(path => `${path}\n`).join(''));

const counts = new Map<string, number>();
let same = 0;
for await (const line of createInterface({ input: python.stdout })) {
  const said = JSON.parse(line) as FromPython;
  const found = differences(readFileSync(said.path), said);
  if (found.length === 0) same++;
  for (const { what, expected, waypost, python: other } of found) {
    const kind = expected === undefined ? what : `${what} (${expected})`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    if (expected !== undefined && !values.all) continue;
    console.log(`${said.path}\n  ${kind}\n  waypost ${JSON.stringify(waypost)}\n  python  ${JSON.stringify(other)}`);
  }
}
console.log(`${paths.length} messages, ${same} read alike`);
for (const [kind, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${count}\t${kind}`);

/** Files that start like a message. */
function messagesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => /\.(?:eml|msg|mail|mbox|txt|raw|email|mime|in)$|\/[^.]*$|:2,\w*$/.test(path) && looksLikeMail(path))
    .sort();
}

function looksLikeMail(path: string): boolean {
  const head = readFileSync(path).subarray(0, 4096).toString('latin1');
  const first = head.replace(/^\xef\xbb\xbf/, '').replace(/^>?From [^\n]*\n/, '');
  return (
    /^[!-9;-~]+[ \t]*:/.test(first) &&
    /^(?:from|to|subject|content-type|received|date|mime-version)[ \t]*:/im.test(head)
  );
}

function differences(raw: Buffer, python: FromPython): Difference[] {
  const found = takeApart(raw);
  if (python.error !== undefined) {
    return [
      { what: 'error', expected: 'Python raises', waypost: found.ok ? 'read' : found.problem, python: python.error },
    ];
  }
  if (!found.ok) return [{ what: 'refused', expected: undefined, waypost: found.problem, python: '' }];
  const waypost = saidOf(found);
  const list: Difference[] = [];
  const compare = (what: string, mine: string, theirs: string, expected?: string) => {
    if (mine !== theirs) list.push({ what, expected, ...around(mine, theirs) });
  };
  for (const what of ['subject', 'plain', 'html'] as const) {
    const [mine, theirs] = [letters(waypost[what]), letters(python[what])];
    compare(what, mine, theirs, whyText(found, mine, theirs, python.defects));
  }
  for (const what of ['from', 'to'] as const) {
    const [mine, theirs] = [
      waypost[what].join(' ').toLowerCase(),
      python[what].filter(Boolean).join(' ').toLowerCase(),
    ];
    compare(what, mine, theirs);
  }
  const described = (files: Said['files'], key: 'name' | 'sha1') =>
    files
      .map(file => `${file.type} ${file[key]}`)
      .sort()
      .join('\n');
  const why = found.faults.length > 0 || python.defects.length > 0 ? 'the message is broken' : undefined;
  compare('file names', described(waypost.files, 'name'), described(python.files, 'name'), why);
  const exact = (files: Said['files']) => files.filter(({ type }) => !type.startsWith('message/'));
  compare('file bytes', described(exact(waypost.files), 'sha1'), described(exact(python.files), 'sha1'), why);
  return list;
}

function saidOf(found: TakenApart & { ok: true }): Said {
  const { header, charset, texts, files } = found;
  const addresses = (name: string, most: number) =>
    parsePeople(header.all(name), most, charset)
      .map(({ address }) => address)
      .filter(Boolean);
  return {
    subject: decodeText(header.first('subject'), charset),
    from: addresses('from', 1),
    to: addresses('to', 1000),
    plain: texts.map(({ plain = '' }) => plain).join('\n'),
    html: texts.map(({ html = '' }) => html).join('\n'),
    files: files.map(({ name, type, bytes }) => ({
      name,
      type,
      sha1: createHash('sha1')
        .update(Buffer.from(bytes).toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
        .digest('hex'),
    })),
  };
}

/** What is written, without the blanks and quote marks that format=flowed and folding move. */
function letters(text: string): string {
  return text.normalize('NFC').replace(/[\s>\ufeff\u0000-\u001f\u202a-\u202e\u2066-\u2069]+/g, '');
}

function whyText(
  found: TakenApart & { ok: true },
  mine: string,
  theirs: string,
  defects: readonly string[],
): string | undefined {
  if (theirs.includes('\ufffd') && !mine.includes('\ufffd')) return 'Python cannot decode it';
  return found.faults.length > 0 || defects.length > 0 ? 'the message is broken' : undefined;
}

/** Both from a little before the place where they part. */
function around(waypost: string, python: string): { waypost: string; python: string } {
  let at = 0;
  while (at < waypost.length && waypost[at] === python[at]) at++;
  const from = Math.max(0, at - 30);
  return { waypost: waypost.slice(from, at + 90), python: python.slice(from, at + 90) };
}
