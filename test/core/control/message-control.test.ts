// The control files for programs that write messages (control.md 2, fallback without me).
import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMessageControl } from '../../../core/control/message-control.ts';
import { tempDir } from '../../support/temp-dir.ts';

test('readMessageControl: no me → the names of the files; me → me; a file → the file; others unreadable → no error', t => {
  const home = tempDir(t);
  assert.throws(() => readMessageControl(home), /no control directory/);
  mkdirSync(join(home, 'control/locals'), { recursive: true });
  const shown = () => Object.values(readMessageControl(home));
  assert.deepEqual(shown(), ['defaultdomain', 'defaulthost', 'idhost', 'plusdomain', new Set()]);
  writeFileSync(join(home, 'control/me'), 'me.example\n');
  writeFileSync(join(home, 'control/idhost'), 'id.example\n');
  assert.deepEqual(shown(), ['me.example', 'me.example', 'id.example', 'me.example', new Set(['me.example'])]);
  rmdirSync(join(home, 'control/locals'));
  writeFileSync(join(home, 'control/locals'), 'Localhost\n');
  assert.deepEqual(readMessageControl(home).locals, new Set(['localhost']));
  writeFileSync(join(home, 'control/me'), 'vm\n');
  assert.equal(readMessageControl(home).defaultDomain, '');
});
