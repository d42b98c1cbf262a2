// multilog's patterns match as its manual says, and its script of actions is read with every number within its range.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { matchesPattern } from '../../../../core/log/multilog/pattern.ts';
import { parseScript } from '../../../../core/log/multilog/script.ts';

for (const [pattern, line, matches] of [
  ['', '', true],
  ['', 'x', false],
  ['*', '', true],
  ['*', 'anything', true],
  ['abc', 'abc', true],
  ['abc', 'abcd', false],
  ['abc', 'ab', false],
  ['*: fatal: *', 'x: fatal: y', true],
  // The star ends at the first colon.
  ['*: fatal: *', 'x: y: fatal: z', false],
  ['* fatal: *', '@400000003b4a39c23294b13c fatal: out of memory', true],
  ['fatal*', 'fatal', true],
  ['*fatal', 'my fatal', true],
  ['*fatal', 'off: fatal', false],
  ['*x', 'aax', true],
  ['*x', 'aaxx', false],
  ['**', 'a*', true],
  ['**', 'aa', false],
  ['delivery *: success: *', 'delivery 17: success: did_1+0+0/', true],
] as const) {
  test(`multilog pattern: ${JSON.stringify(pattern)} and ${JSON.stringify(line)} → ${matches}`, () => {
    assert.equal(matchesPattern(pattern, line), matches);
  });
}

/** The same by a regular expression: a star is anything without the byte that follows it. */
function asExpression(pattern: string): RegExp {
  const quote = (byte: string): string => byte.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const parts = [...pattern].map((byte, at) => {
    const next = pattern[at + 1];
    if (byte !== '*' || pattern[at - 1] === '*') return quote(byte);
    return next === undefined ? '[^]*' : `[^${quote(next)}]*`;
  });
  return new RegExp(`^${parts.join('')}$`);
}

test('multilog pattern: any pattern without two stars in a row, any line → as the regular expression says', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', ' '), maxLength: 12 });
  const pattern = text.map(one => one.replace(/\*+/g, '*'));
  fc.assert(
    fc.property(pattern, text, (one, line) => {
      assert.equal(matchesPattern(one, line), asExpression(one).test(line));
    }),
    { numRuns: 2000 },
  );
});

test('multilog script: every action, sizes and numbers out of range → corrected', () => {
  const directory = { kind: 'directory', sizeBytes: 99_999, files: 10, processor: undefined } as const;
  assert.deepEqual(
    parseScript(['t', '-*', '+* fatal: *', 'e', '=status', './main', 's1', 'n1', '!gzip', '/b', 's99999999', './c']),
    {
      stamps: true,
      actions: [
        { kind: 'deselect', pattern: '*' },
        { kind: 'select', pattern: '* fatal: *' },
        { kind: 'tell' },
        { kind: 'status', path: 'status' },
        { ...directory, directory: './main' },
        { ...directory, directory: '/b', sizeBytes: 4096, files: 2, processor: 'gzip' },
        { ...directory, directory: './c', sizeBytes: 16_777_215, files: 2, processor: 'gzip' },
      ],
    },
  );
});

test('multilog script: t that is not the first, words that are no action → passed over; numbers that are none change nothing', () => {
  const { stamps, actions } = parseScript(['x', 't', '', 'sfoo', 'n', './d']);
  assert.equal(stamps, false);
  assert.deepEqual(actions, [
    { kind: 'directory', directory: './d', sizeBytes: 99_999, files: 10, processor: undefined },
  ]);
});
