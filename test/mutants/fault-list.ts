// The list of faults that are put into the tree: test/mutants/faults.txt, a line each. It is chosen once by chance and then
// kept, so that two runs can be compared; a fault is found again by the text of its line.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '../fuzz/random.ts';
import { type Fault, faultsIn } from './faults.ts';

/** Where faults are put, and where the tests of the room are. */
export const rooms: Readonly<Record<string, { readonly sources: string; readonly tests: string }>> = {
  queue: { sources: 'core/queue', tests: 'test/core/queue' },
  remote: { sources: 'core/remote', tests: 'test/core/remote' },
  receive: { sources: 'core/receive', tests: 'test/core/receive' },
  local: { sources: 'core/local', tests: 'test/core/local' },
  pop3: { sources: 'core/pop3', tests: 'test/core/pop3' },
  mailbox: { sources: 'core/mailbox', tests: 'test/core/mailbox' },
  inject: { sources: 'core/inject', tests: 'test/core/inject' },
  control: { sources: 'core/control', tests: 'test/core/control' },
  api: { sources: 'core/api', tests: 'test/core/api' },
  headless: { sources: 'main/headless', tests: 'test/main/headless' },
  models: { sources: 'renderer/models', tests: 'test/renderer/models' },
};

/** A fault of the list, as it is now in the tree. */
export interface ListedFault {
  readonly room: string;
  readonly file: string;
  readonly fault: Fault;
  /** From 1. */
  readonly line: number;
  readonly source: string;
  /** Why no test can notice it; empty: one should. */
  readonly equivalent: string;
}

/** A line of the list: file, which fault of its line (from 0), the line's text, and why it changes nothing, if it does not. */
interface Entry {
  readonly file: string;
  readonly nth: number;
  readonly text: string;
  readonly equivalent: string;
}

const separator = '\t';

export function parseList(text: string): Entry[] {
  return text
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => {
      const [file = '', nth = '', lineText = '', equivalent = ''] = line.split(separator);
      return { file, nth: Number(nth), text: lineText, equivalent };
    });
}

/** @returns the faults that are in the tree, and the entries whose line has changed since */
export function findListed(root: string, entries: readonly Entry[]): { faults: ListedFault[]; stale: Entry[] } {
  const faults: ListedFault[] = [];
  const stale: Entry[] = [];
  for (const entry of entries) {
    const found = findEntry(root, entry);
    if (found) faults.push(found);
    else stale.push(entry);
  }
  return { faults, stale };
}

function findEntry(root: string, { file, nth, text, equivalent }: Entry): ListedFault | undefined {
  const room = Object.keys(rooms).find(name => file.startsWith(`${rooms[name]?.sources}/`));
  const [path] = globSync(file, { cwd: root });
  if (room === undefined || path === undefined) return undefined;
  const source = readFileSync(join(root, file), 'utf8');
  const fault = faultsIn(file, source).filter(({ start }) => lineAt(source, start).text === text)[nth];
  return fault && { room, file, fault, line: lineAt(source, fault.start).number, source, equivalent };
}

/** Chooses faults by chance, as many in each room, spread over its files. */
export function chooseFaults(root: string, perRoom: number, seed: number): string {
  const lines = Object.entries(rooms).flatMap(([name, { sources }], at) => {
    const random = createRandom(seed, at);
    const all = globSync('**/*.{ts,tsx}', { cwd: join(root, sources) })
      .sort()
      .flatMap(below => entriesOf(root, `${sources}/${below}`));
    const chosen = new Set<string>();
    while (chosen.size < Math.min(perRoom, all.length)) chosen.add(random.pick(all));
    return [`# ${name}`, ...[...chosen].sort()];
  });
  return `${lines.join('\n')}\n`;
}

function entriesOf(root: string, file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const counts = new Map<string, number>();
  return faultsIn(file, source).map(({ start }) => {
    const { text } = lineAt(source, start);
    const nth = counts.get(text) ?? 0;
    counts.set(text, nth + 1);
    return [file, nth, text].join(separator);
  });
}

function lineAt(source: string, offset: number): { text: string; number: number } {
  const start = source.lastIndexOf('\n', offset - 1) + 1;
  const end = source.indexOf('\n', offset);
  return {
    text: source.slice(start, end < 0 ? undefined : end).trim(),
    number: source.slice(0, start).split('\n').length,
  };
}
