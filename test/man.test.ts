// The manual: every command has its page, whose NAME and SYNOPSIS agree with the table of commands; all pages are valid and
// shipped.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../main/cli/areas.ts';
import manifest from '../package.json' with { type: 'json' };
import { runProgram, without } from './support/programs.ts';

const directory = join(import.meta.dirname, '..', 'docs', 'man');
const files = readdirSync(directory).sort();

interface Page {
  readonly file: string;
  readonly title: string;
  /** The text of each section, by its heading. */
  readonly sections: ReadonlyMap<string, string>;
  readonly names: readonly string[];
}

function readPage(file: string): Page {
  const text = readFileSync(join(directory, file), 'utf8');
  const [head = '', ...rest] = text.split(/^\.Sh /m);
  const sections = new Map(
    rest.map(section => {
      const end = section.indexOf('\n');
      return [section.slice(0, end), section.slice(end + 1)];
    }),
  );
  const names = [...(sections.get('NAME') ?? '').matchAll(/^\.Nm (.+?)(?: ,)?$/gm)].map(([, name = '']) =>
    name.replaceAll('"', ''),
  );
  return { file, title: /^\.Dt (.+)$/m.exec(head)?.[1] ?? '', sections, names };
}

const pages = files.map(readPage);

/** What a command is called by, and what its page is. */
function calledAs(name: string): string {
  return commands[name]?.usage.startsWith('waypost ') ? `waypost ${name}` : name;
}

test('manual: every command of the table → is in the NAME of a page', () => {
  const wanted = Object.keys(commands).map(calledAs).sort();
  const described = pages.filter(({ file }) => /\.[18]$/.test(file)).flatMap(({ names }) => names);
  assert.deepEqual(
    wanted.filter(name => !described.includes(name)),
    [],
  );
});

for (const { file, title, sections, names } of pages) {
  const [, stem = '', section = ''] = /^(.+)\.([158])$/.exec(file) ?? [];

  test(`manual: ${file} → its title, names and sections are as they should be`, () => {
    assert.equal(title, `${stem.toUpperCase()} ${section}`);
    assert.ok(names.map(name => name.replaceAll(' ', '-')).includes(stem), `${stem} is not among ${names.join(', ')}`);
    const headings = ['NAME', 'DESCRIPTION', 'SEE ALSO', ...(section === '5' ? [] : ['SYNOPSIS', 'EXIT STATUS'])];
    assert.deepEqual(
      headings.filter(heading => !sections.get(heading)?.trim()),
      [],
    );
  });

  test(`manual: ${file} → SYNOPSIS has every long option that the table of commands has`, () => {
    const synopsis = sections.get('SYNOPSIS') ?? '';
    for (const [name, { usage }] of Object.entries(commands)) {
      if (!names.includes(calledAs(name))) continue;
      for (const [, option] of usage.matchAll(/--([a-z0-9-]+)/g)) {
        assert.match(synopsis, new RegExp(`\\bFl (?:Fl |-)${option}\\b`), `${name} has --${option}`);
      }
    }
  });
}

test('manual: references to pages of this manual → the pages exist', () => {
  const there = new Set(
    pages.flatMap(({ file, names }) => names.map(name => `${name.replaceAll(' ', '-')}(${file.at(-1)})`)),
  );
  const own = new Set([...there].map(name => name.replace(/\(.*/, '')));
  const broken = pages.flatMap(({ file }) => {
    const text = readFileSync(join(directory, file), 'utf8');
    return [...text.matchAll(/^\.(?:It )?Xr (\S+) (\d)/gm)]
      .filter(([, name = '', section]) => own.has(name) && !there.has(`${name}(${section})`))
      .map(([, name, section]) => `${file}: ${name}(${section})`);
  });
  assert.deepEqual(broken, []);
});

test('manual: mandoc → has nothing to complain about', { skip: without('mandoc') }, async () => {
  const paths = files.map(file => join(directory, file));
  assert.equal(await runProgram('mandoc', ['-Tlint', '-Wwarning', ...paths]).catch(error => error.stdout), '');
});

test('manual: npm → installs every page', () => {
  assert.deepEqual(
    manifest.man,
    files.map(file => `docs/man/${file}`),
  );
  assert.ok(manifest.files.includes('docs'));
});
