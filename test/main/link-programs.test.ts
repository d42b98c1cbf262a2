// A home gets links with the names of qmail's programs that run as these programs, and keeps qmail's own.
import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { commands } from '../../main/cli/areas.ts';
import { linkPrograms } from '../../main/link-programs.ts';
import { programs } from '../../main/programs.ts';
import { command as script } from '../support/command.ts';
import { runProgram } from '../support/programs.ts';
import { tempDir } from '../support/temp-dir.ts';

test("programs: a new home → links named after qmail's programs that run as these programs", async t => {
  const home = tempDir(t);
  linkPrograms(home, script);
  linkPrograms(home, script);
  assert.equal(readlinkSync(join(home, 'bin/sendmail')), 'waypost');
  const said = await runProgram(join(home, 'bin/maildirmake'), [join(home, 'Maildir')]);
  assert.equal(said, '');
  assert.ok(lstatSync(join(home, 'Maildir/new')).isDirectory());
});

test("programs: a home that qmail made → qmail's own programs stay what they are", t => {
  const home = tempDir(t);
  mkdirSync(join(home, 'bin'));
  writeFileSync(join(home, 'bin/qmail-queue'), 'the true one');
  linkPrograms(home, script);
  assert.equal(readFileSync(join(home, 'bin/qmail-queue'), 'utf8'), 'the true one');
});

test('programs: the list → has every command that is not called through waypost', () => {
  const own = Object.keys(commands).filter(name => !commands[name]?.usage.startsWith('waypost '));
  assert.deepEqual([...programs].sort(), own.sort());
});
