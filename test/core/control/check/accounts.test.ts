// What is said of the passwords of accounts.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { accountsOf, checkAccountFiles } from '../../../../core/control/check/accounts.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const file = (secret: string) =>
  `# ${secret}\nsecret ${secret}\nserver pop.example\nuser ${secret}\nto ines@here.example\n`;

test('accounts: passwords that are missing, open to others, a link, empty → each is named with its line; a right one is not', t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'control/fetch'), { recursive: true });
  mkdirSync(join(home, 'secrets'), { mode: 0o700 });
  for (const secret of ['right', 'missing', 'open', 'linked', 'empty']) {
    writeFileSync(join(home, 'control/fetch', secret), file(secret));
  }
  const write = (name: string, text: string) => writeFileSync(join(home, 'secrets', name), text, { mode: 0o600 });
  write('right', 'sesame\nmore\n');
  write('open', 'sesame\n');
  chmodSync(join(home, 'secrets/open'), 0o640);
  symlinkSync('right', join(home, 'secrets/linked'));
  write('empty', '\nsesame\n');
  const { accounts } = accountsOf(home);
  assert.deepEqual(
    checkAccountFiles(home, accounts).map(({ file, line, code, text }) => [
      file,
      line,
      code,
      text.replace(/^.*fetched: /, ''),
    ]),
    [
      [
        'control/fetch/empty',
        2,
        'secret-unusable',
        'the first line of secrets/empty is empty: write the password there.',
      ],
      ['control/fetch/linked', 2, 'secret-unusable', 'secrets/linked is a link, not a file.'],
      ['control/fetch/missing', 2, 'secret-unusable', 'secrets/missing does not exist.'],
      [
        ...['control/fetch/open', 2, 'secret-unusable'],
        'secrets/open can be read by other users of this machine: run chmod 600 on it.',
      ],
    ],
  );
});
