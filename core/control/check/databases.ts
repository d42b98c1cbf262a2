// Databases that are missing, or older than the file from which they are made: morercpthosts.cdb and users/cdb.
import { type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Finding, findingsIn } from './finding.ts';

function stat(...path: string[]): Stats | undefined {
  return statSync(join(...path), { throwIfNoEntry: false });
}

export function checkDatabases(home: string): Finding[] {
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
