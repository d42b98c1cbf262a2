// waypost login: what it writes, for whom to read, and what it refuses.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../../../main/cli/remote/login.ts';
import { callCommand } from '../../support/call-command.ts';
import { writeControl } from '../../support/queue-rig.ts';
import { tempDir } from '../../support/temp-dir.ts';

const written: [what: string, args: string[], input: string, file: string, text: string][] = [
  ['a password', ['relay'], 'hunter2\n', 'relay', 'hunter2\n'],
  ['a password in UTF-8, from Windows', ['relay'], 'caf\xc3\xa9 \r\nmore\n', 'relay', 'caf\xc3\xa9 \n'],
  ['an access token', ['--token', 'mail'], 'ya29.a\n', 'mail.oauth', '{\n  "accessToken": "ya29.a"\n}\n'],
];

for (const [what, args, input, file, text] of written) {
  test(`waypost login: ${what} → secrets/${file}, for its owner only, and nothing of it on the terminal`, async t => {
    const home = tempDir(t);
    writeControl(home);
    const { code, stdout, stderr } = await callCommand(run, args, { home, input });
    assert.deepEqual([code, stderr], [0, '']);
    assert.equal(
      stdout,
      `Wrote secrets/${file}. A line of control/smtproutes uses it: :RELAY:PORT|USER|@${file}; an account of control/fetch: secret ${file}\n`,
    );
    const path = join(home, 'secrets', file);
    assert.equal(readFileSync(path, 'latin1'), text);
    assert.deepEqual([statSync(path).mode & 0o777, statSync(join(home, 'secrets')).mode & 0o777], [0o600, 0o700]);
    assert.deepEqual(readdirSync(join(home, 'secrets')), [file]);
  });
}

const refused: [what: string, args: string[], input: string, text: RegExp][] = [
  ['no name', [], 'x\n', /usage/],
  ['two names', ['a', 'b'], 'x\n', /usage/],
  ['a name that leads elsewhere', ['../me'], 'x\n', /\.\.\/me is not a name for a secret/],
  ['no password', ['relay'], '', /first line of standard input is empty/],
  ['a provider that nobody knows', ['--provider', 'toString', 'a'], '', /google, microsoft, yahoo, fastmail/],
  ['a provider without a client', ['--provider', 'google', 'a'], '', /Register a program with Google/],
  [
    'a device flow where there is none',
    ['--provider', 'google', '--client-id', 'x', '--device', 'a'],
    '',
    /Google has no device flow for mail/,
  ],
];

for (const [what, args, input, text] of refused) {
  test(`waypost login: ${what} → refused, nothing is written`, async t => {
    const home = tempDir(t);
    writeControl(home);
    await assert.rejects(callCommand(run, args, { home, input }), text);
    assert.deepEqual(readdirSync(home), ['control']);
  });
}

test('waypost login: no home → refused', async () => {
  await assert.rejects(callCommand(run, ['relay'], { input: 'x\n' }), /is not a Waypost home/);
});
