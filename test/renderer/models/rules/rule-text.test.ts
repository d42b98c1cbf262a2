// Editing a .qmail file line by line keeps every byte of the other lines; rule names and their addresses.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  dropLine,
  isOff,
  joinLines,
  moveLine,
  ruleAddress,
  ruleName,
  splitLines,
  toggleLine,
} from '../../../../renderer/models/rules/rule-text.ts';

const rule = './Maildir/\n&ines@shore.example\n# a remark\n';

test('moveLine: swaps neighbours; at an end nothing changes', () => {
  assert.equal(moveLine(rule, 1, -1), '&ines@shore.example\n./Maildir/\n# a remark\n');
  assert.equal(moveLine(rule, 0, -1), rule);
  assert.equal(moveLine(rule, 2, 1), rule);
});

test('toggleLine: off and on again gives the same text; a remark is not a delivery', () => {
  const off = toggleLine(rule, 1);
  assert.equal(off, './Maildir/\n#&ines@shore.example\n# a remark\n');
  assert.equal(toggleLine(off, 1), rule);
  assert.deepEqual(['#&a@b', '#|prog', '#./Maildir/', '# remark', '#!', '&a@b'].map(isOff), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('dropLine: the last line leaves an empty text', () => {
  assert.equal(dropLine(rule, 2), './Maildir/\n&ines@shore.example\n');
  assert.equal(dropLine('./Maildir/\n', 0), '');
});

test('splitLines and joinLines: whole lines survive as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map(line => line.replaceAll('\n', ''))), lines => {
      assert.deepEqual(splitLines(joinLines(lines)), lines);
    }),
  );
});

test('ruleName: as typed → as in the file name, dots as colons', () => {
  const table: [string, string | undefined][] = [
    ['harbour', '-harbour'],
    [' -Harbour ', '-harbour'],
    ['bills.2026', '-bills:2026'],
    ['lists-default', '-lists-default'],
    ['', undefined],
    ['-', undefined],
    ['a/b', undefined],
    ['a b', undefined],
    ['me@host', undefined],
  ];
  assert.deepEqual(
    table.map(([typed]) => ruleName(typed)),
    table.map(([, name]) => name),
  );
});

test('ruleAddress: what a file name serves', () => {
  assert.equal(ruleAddress('me', 'host.example', '-bills:2026'), 'me-bills.2026@host.example');
  assert.equal(ruleAddress('me', 'host.example', '-lists-default'), 'me-lists-(anything)@host.example');
});
