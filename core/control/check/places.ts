// Around the contents: databases that are older than what they are made from, files that everybody may change, files that
// nobody reads.
import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { checkAccessRules } from './access-rules.ts';
import type { ControlTexts } from './control-text.ts';
import { accessFile, fileTable, otherFiles } from './file-table.ts';
import { type Finding, findingsIn } from './finding.ts';

export function checkPlaces(home: string, texts: ControlTexts): Finding[] {
  return [
    ...checkModes(home, texts),
    ...checkDatabases(home),
    ...checkAccessRules(home),
    ...texts.names.flatMap(checkKnown),
  ];
}

function stat(...path: string[]): Stats | undefined {
  return statSync(join(...path), { throwIfNoEntry: false });
}

function checkModes(home: string, texts: ControlTexts): Finding[] {
  const places = ['', 'control', 'users', ...texts.names.map(name => `control/${name}`)];
  return places.flatMap(file => {
    if (((stat(home, file)?.mode ?? 0) & 0o002) === 0) return [];
    const path = join(home, file);
    const text = `Everyone on this machine can change ${path}, and so control your mail. Run: chmod o-w ${path}`;
    return [{ severity: 'warning', code: 'writable', file: file || '.', line: undefined, text } as const];
  });
}

/** `made` from `source` by `program`: there, and not older. */
function checkDatabases(home: string): Finding[] {
  const [rcptHosts, source, made] = ['rcpthosts', 'morercpthosts', 'morercpthosts.cdb'].map(n =>
    stat(home, 'control', n),
  );
  const { warning, note } = findingsIn('morercpthosts');
  const found: Finding[] = [];
  if (source && !made)
    found.push(
      warning(
        'morercpthosts-not-made',
        'morercpthosts.cdb does not exist, and only that file is read. Run: qmail-newmrh',
      ),
    );
  if (!source && made)
    found.push(
      note(
        'morercpthosts-orphan',
        'morercpthosts.cdb exists, but morercpthosts does not. The database is used; remove it if it should not be.',
      ),
    );
  if (source && made && source.mtimeMs > made.mtimeMs)
    found.push(
      warning(
        'morercpthosts-stale',
        'The file was changed after morercpthosts.cdb was made from it, and only the database is read. Run: qmail-newmrh',
      ),
    );
  if (!rcptHosts && (source || made))
    found.push(
      warning(
        'morercpthosts-alone',
        'Without control/rcpthosts it is ignored. Create control/rcpthosts, even an empty one.',
      ),
    );
  return [...found, ...checkUsers(home)];
}

function checkUsers(home: string): Finding[] {
  const [assign, cdb] = ['assign', 'cdb'].map(name => stat(home, 'users', name));
  const about = { severity: 'warning', file: 'users/assign', line: undefined } as const;
  if (assign && cdb && assign.mtimeMs > cdb.mtimeMs)
    return [
      {
        ...about,
        code: 'users-stale',
        text: 'The file was changed after users/cdb was made from it, and deliveries read users/cdb. Run: qmail-newu',
      },
    ];
  if (!assign && cdb)
    return [
      {
        ...about,
        severity: 'note',
        code: 'users-orphan',
        text: 'users/cdb exists and is used, but users/assign does not exist. Write it again before you change anything.',
      },
    ];
  return [];
}

function checkKnown(name: string): Finding[] {
  if (name === 'morercpthosts.cdb' || accessFile.test(name)) return [];
  if (Object.hasOwn(fileTable, name) || Object.hasOwn(otherFiles, name)) return [];
  const { note, warning } = findingsIn(name);
  const nearest = Object.keys(fileTable).find(known => distance(known, name.toLowerCase()) <= 2);
  if (nearest)
    return [
      warning(
        'unknown-file',
        `This file is never read. Did you mean ${nearest}? If so, rename it; otherwise remove it.`,
      ),
    ];
  return [
    note('unknown-file', 'I have no idea what this file does: it is never read. Remove it if you do not need it.'),
  ];
}

/** How many letters to change, put in or take out, to make one word of the other. */
function distance(one: string, other: string): number {
  let row = [...Array(other.length + 1).keys()];
  for (const [at, letter] of [...one].entries()) {
    const next = [at + 1];
    for (const [index, otherLetter] of [...other].entries()) {
      const changed = (row[index] as number) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(changed, (row[index + 1] as number) + 1, (next[index] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
