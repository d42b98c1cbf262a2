// The rules place with a played host: edits, conflicts with other programs, removal, and new addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signal } from '@preact/signals';
import { refusal } from '../../../../core/api/errors.ts';
import type { HostStatus } from '../../../../core/api/host.ts';
import type { RuleFile } from '../../../../core/api/rules.ts';
import { createRulesModel } from '../../../../renderer/models/rules/rules.ts';
import { createToasts } from '../../../../renderer/models/toasts.ts';
import { fakeApi } from '../../support/fake-api.ts';
import { fakeTimers, settled } from '../../support/fake-timers.ts';

function ruleFile(name: string, text: string, stamp = '1'): RuleFile {
  const address = `me${name}@here.example`;
  return { name, path: `~/.qmail${name}`, address, exists: true, text, lines: [], warning: null, stamp };
}

/** A host with .qmail and .qmail-list, which a test may change without the window. */
async function setUp() {
  const disk = new Map([ruleFile('', './Maildir/\n'), ruleFile('-list', './list/\n')].map(file => [file.name, file]));
  const timers = fakeTimers();
  const host = fakeApi({
    'rules.list': () => [...disk.values()],
    'rules.explain': ({ text }) => ({ lines: [], says: `It says ${text.trim()}` }),
    'rules.save': ({ name, text, stamp }) => {
      if ((disk.get(name)?.stamp ?? '') !== stamp) throw refusal('rule-stale', { rule: `~/.qmail${name}` });
      const file = ruleFile(name, text, `${stamp}1`);
      disk.set(name, file);
      return file;
    },
    'rules.remove': ({ name }) => {
      disk.delete(name);
      return {};
    },
  });
  const toasts = createToasts(timers);
  const rules = createRulesModel({ api: host.api, timers, toasts, status: signal<HostStatus>() });
  await rules.load();
  return { rules, disk, timers, toasts, asked: host.asked };
}

test('rules: edited, another rule shown and back → the edit is there, and saved with the stamp it began with', async () => {
  const { rules, disk, timers } = await setUp();
  rules.choose('-list');
  rules.edit('./other/\n');
  await timers.pass(1_000);
  assert.equal(rules.explained.value?.says, 'It says ./other/');
  rules.choose('');
  await settled();
  assert.deepEqual([rules.current.value, rules.changed.value], ['./Maildir/\n', false]);
  rules.choose('-list');
  assert.deepEqual([rules.current.value, rules.changed.value], ['./other/\n', true]);
  await rules.save();
  assert.deepEqual([disk.get('-list')?.text, rules.changed.value, rules.edits.value.size], ['./other/\n', false, 0]);
});

test('rules: typed back to what the file says → no longer an edit', async () => {
  const { rules } = await setUp();
  rules.edit('x\n');
  rules.edit('./Maildir/\n');
  assert.deepEqual([rules.changed.value, rules.edits.value.size], [false, 0]);
});

test('rules: another program wrote the file meanwhile → a conflict; the own text can still be written over it', async () => {
  const { rules, disk } = await setUp();
  rules.edit('&ines@shore.example\n');
  disk.set('', ruleFile('', './elsewhere/\n', 'new'));
  await rules.save();
  assert.deepEqual(
    [rules.conflict.value?.text, rules.current.value, disk.get('')?.text],
    ['./elsewhere/\n', '&ines@shore.example\n', './elsewhere/\n'],
  );
  await rules.keepMine();
  assert.deepEqual([rules.conflict.value, disk.get('')?.text], [undefined, '&ines@shore.example\n']);
});

test('rules: changes undone, and that undone → the text is back, as an edit', async () => {
  const { rules, toasts } = await setUp();
  rules.edit('x\n');
  rules.revert();
  assert.equal(rules.current.value, './Maildir/\n');
  rules.choose('-list');
  assert.equal(toasts.undo(), true);
  assert.deepEqual([rules.name.value, rules.current.value, rules.changed.value], ['', 'x\n', true]);
});

test('rules: removed and undone → the file is written again, and the edit of it is back', async () => {
  const { rules, disk, toasts } = await setUp();
  rules.choose('-list');
  rules.edit('x\n');
  await rules.remove();
  assert.deepEqual([disk.has('-list'), rules.name.value], [false, '']);
  toasts.undo();
  await settled();
  assert.deepEqual([disk.get('-list')?.text, rules.name.value, rules.current.value], ['./list/\n', '-list', 'x\n']);
});

test('rules: a new address → no file until it is saved; one that exists or cannot be → refused in words', async () => {
  const { rules, disk } = await setUp();
  assert.match(rules.add('list') ?? '', /already/);
  assert.match(rules.add('a b') ?? '', /spaces/);
  assert.equal(rules.add('Harbour.Master'), undefined);
  assert.deepEqual([rules.file.value?.name, rules.file.value?.exists], ['-harbour:master', false]);
  rules.edit('./h/\n');
  await rules.save();
  assert.deepEqual([disk.get('-harbour:master')?.text, rules.file.value?.exists], ['./h/\n', true]);
});
