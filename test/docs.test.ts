// The guides are complete: a new or removed command, control file or script must be changed there too.
import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { contract } from '../core/api/contract.ts';
import { accountWords } from '../core/control/fetch/account-words.ts';
import { controlFileTable, hostFiles } from '../core/control/file-table.ts';
import { linkWords } from '../core/control/links/link-words.ts';
import { builtinPrograms } from '../core/host/builtin-programs.ts';
import { commands } from '../main/cli/areas.ts';
import { linkVerbs } from '../main/cli/link/link-verbs.ts';
import manifest from '../package.json' with { type: 'json' };

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const guides = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...globSync('docs/*.md', { cwd: root }),
];

test('docs/commands.md: every command → has its section, and no other has one', () => {
  const sections = [...read('docs/commands.md').matchAll(/^## (.+)$/gm)].flatMap(([, title = '']) => title.split(', '));
  const named = sections.map(title => title.replace(/^waypost /, ''));
  assert.deepEqual(named.sort(), Object.keys(commands).sort());
});

test('docs/man/qmail-command.8: every program that runs inside the host → is listed, and no other is', () => {
  const list = read('docs/man/qmail-command.8').split('The programs are')[1]?.split('.Sh ')[0] ?? '';
  const listed = [...list.matchAll(/^\.Xr (\S+) 1/gm)].map(([, name]) => name);
  assert.deepEqual(listed.sort(), Object.keys(builtinPrograms).sort());
});

test('docs/commands.md: every method of the Api → is listed under its area', () => {
  const guide = read('docs/commands.md');
  for (const [area, methods] of Map.groupBy(Object.keys(contract), method => method.split('.')[0])) {
    const row = new RegExp(`^\\| \`${area}\` .*$`, 'm').exec(guide)?.[0] ?? '';
    const listed = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name).slice(1);
    assert.deepEqual(
      listed.sort(),
      methods.map(method => method.slice(`${area}.`.length)).sort(),
      `${area} in docs/commands.md`,
    );
  }
});

test('docs/configuration.md: every control file that is read → is in the table, and no other is', () => {
  const table = read('docs/configuration.md');
  const rows = table.match(/^\| `.*$/gm) ?? [];
  const named = rows.flatMap(row => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name));
  assert.deepEqual(named.sort(), Object.keys(hostFiles).sort());
});

test('docs/man/qmail-control.5: every control file that is read → is listed with the moment when it is read', () => {
  const items = [...read('docs/man/qmail-control.5').matchAll(/^\.It Pa (\w+) Pq .*; (\w+)$/gm)];
  const moments = new Map(items.map(([, name, when]) => [name, when]));
  assert.deepEqual(
    Object.fromEntries(moments),
    Object.fromEntries(Object.entries(controlFileTable).map(([name, { readAt }]) => [name, readAt])),
  );
});

const wordTables = [
  { of: 'a link', guide: 'docs/links.md', page: 'docs/man/waypost-link.5', words: linkWords },
  { of: 'an account', guide: 'docs/fetching.md', page: 'docs/man/waypost-fetch.5', words: accountWords },
] as const;

for (const { of, guide, page, words } of wordTables) {
  test(`${guide}: every word of the file of ${of} → stands in the table as it is read, and no other does`, () => {
    const table = read(guide).split('## Every word of the file')[1]?.split('\n## ')[0] ?? '';
    const rows = table.split('\n').filter(line => line.startsWith('| `'));
    assert.deepEqual(
      rows,
      Object.entries(words).map(
        ([word, { takes, says, example, repeats }]) =>
          `| \`${word}\` | ${takes} | ${says}${repeats ? ' May be repeated.' : ''} | \`${word} ${example}\` |`,
      ),
    );
  });

  test(`${page}: every word of the file of ${of} → stands there as it is read, and no other does`, () => {
    const list = read(page).split('The words are:')[1]?.split('.Pp')[0] ?? '';
    const items = list
      .split('\n.It Cm ')
      .slice(1)
      .map(item => item.replace('\n.El\n', '').replaceAll(/\s+/g, ' '));
    assert.deepEqual(
      items,
      Object.entries(words).map(
        ([word, { takes, says, repeats }]) =>
          `${word} No "${takes.replaceAll('…', '...')}" ${says}${repeats ? ' May be repeated.' : ''}`,
      ),
    );
  });
}

test('docs/links.md: every verb of waypost link that it names → exists', () => {
  const named = [...read('docs/links.md').matchAll(/waypost link ([a-z-]+)/g)].map(([, verb = '']) => verb);
  assert.deepEqual(
    named.filter(verb => !Object.hasOwn(linkVerbs, verb)),
    [],
  );
});

test('guides: npm scripts that they name → exist', () => {
  const named = guides.flatMap(path => [...read(path).matchAll(/npm run (?:-s )?(\w+)/g)].map(([, name]) => name));
  assert.deepEqual(
    [...new Set(named)].filter(name => !Object.hasOwn(manifest.scripts, name as string)),
    [],
  );
});

test('docs/differences-from-qmail.md: every difference that tests allow → has its row', () => {
  const rows = read('docs/differences-from-qmail.md')
    .split('\n')
    .map(line => line.split(' | ')[0]);
  const marked = globSync('test/**/*.ts', { cwd: root }).flatMap(path =>
    [...read(path).matchAll(/\/\/ differs: (.+)$/gm)].map(([, what]) => what),
  );
  assert.ok(marked.length > 5);
  assert.deepEqual(
    marked.filter(what => !rows.includes(`| ${what}`)),
    [],
  );
});

test('docs/test-vectors.md: every vector → has its row, and every test that it names exists', () => {
  for (const section of read('docs/test-vectors.md').split('\n## ').slice(1)) {
    const [, name, count] = /^(\w+): (\d+) vectors\n/.exec(section) ?? assert.fail(section);
    const rows = [...section.matchAll(/^\| (\d+)(?:–(\d+))? +\| .* \| (.*) \|$/gm)];
    const numbers = rows.flatMap(([, first, last = first]) => numbersBetween(Number(first), Number(last)));
    assert.deepEqual(numbers, numbersBetween(1, Number(count)), name);
    for (const [row, , , where = ''] of rows)
      assert.match(where, /^(`test\/.*`|does not apply: .+)$/, `${name}: ${row}`);
    for (const [, path = '', words = ''] of section.matchAll(/`(test\/[^`]+)`: `([^`]+)`/g)) {
      assert.ok(read(path).includes(words), `${name}: ${words} is not in ${path}`);
    }
  }
});

test('ARCHITECTURE.md: every function that a message or a click comes through → is in its file', () => {
  const stations = [...read('ARCHITECTURE.md').matchAll(/`((?:core|main|renderer)\/[\w./-]+\.tsx?)(?::(\w+))?`/g)];
  assert.ok(stations.length > 40, `only ${stations.length} are named`);
  const missing = stations.filter(([, path = '', name]) => {
    if (name === undefined) return !existsSync(join(root, path));
    const declared = /\b(?:function|class|const) (\w+)|^ +(?:async |override |private |protected )*(\w+)\(/gm;
    return ![...read(path).matchAll(declared)].some(([, outer, inner]) => (outer ?? inner) === name);
  });
  assert.deepEqual(
    missing.map(([station]) => station),
    [],
  );
});

function numbersBetween(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

for (const path of guides) {
  test(`${path}: links to files → the files exist`, () => {
    const links = [...read(path).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = '']) => link);
    assert.deepEqual(
      links.filter(link => !existsSync(join(root, dirname(path), link))),
      [],
    );
  });
}
