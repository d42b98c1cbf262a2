// Each line of a .qmail file is read as one instruction, whatever bytes it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseDotQmail } from '../../../../core/local/rules/dot-qmail.ts';

const lines: [raw: string, kind: string, text: string][] = [
  ['./Mailbox', 'mbox', './Mailbox'],
  ['./Maildir/', 'maildir', './Maildir/'],
  ['./Maildir/ \t ', 'maildir', './Maildir/'],
  ['/var/mail/joe', 'mbox', '/var/mail/joe'],
  ['/', 'maildir', '/'],
  ['|cat', 'program', 'cat'],
  ['| cat ', 'program', ' cat'],
  ['|', 'program', ''],
  ['&x@y', 'forward', 'x@y'],
  ['& x@y', 'forward', ' x@y'],
  ['&joe', 'forward', 'joe'],
  ['&', 'forward', ''],
  ['z@w', 'forward', 'z@w'],
  [' ./x', 'forward', ' ./x'],
  ['# note', 'comment', ' note'],
  ['+list', 'flag', 'list'],
  ['+other', 'flag', 'other'],
  [' \t', 'empty', ''],
  ['|cut\0off', 'program', 'cut'],
  ['./Maildir/\r', 'mbox', './Maildir/\r'],
];
for (const [raw, kind, text] of lines) {
  test(`parseDotQmail: ${JSON.stringify(raw)} → ${kind} ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseDotQmail(raw), [{ kind, text, line: 1 }]);
  });
}

test('parseDotQmail: no bytes → no instructions; a lone LF → one empty line', () => {
  assert.deepEqual([parseDotQmail(''), parseDotQmail('\n')], [[], [{ kind: 'empty', text: '', line: 1 }]]);
});

test('parseDotQmail: any bytes → one numbered instruction for each line, with or without a last line end', () => {
  fc.assert(
    fc.property(fc.array(fc.string().map(s => s.replaceAll('\n', ''))), raw => {
      fc.pre(raw.length > 0 && raw.at(-1) !== '');
      const parsed = parseDotQmail(raw.join('\n'));
      assert.deepEqual(parsed, parseDotQmail(`${raw.join('\n')}\n`));
      assert.deepEqual(
        parsed.map(i => i.line),
        raw.map((_, index) => index + 1),
      );
    }),
  );
});
