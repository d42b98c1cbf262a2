// users/assign into the records of users/cdb, as qmail-newu makes them.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { AssignFormatError, parseAssign } from '../../../../core/local/users/assign-file.ts';

/** Records as pairs of byte strings. */
function records(text: string): [key: string, data: string][] {
  return parseAssign(text).map(({ key, data }) => [
    Buffer.from(key).toString('latin1'),
    Buffer.from(data).toString('latin1'),
  ]);
}

test('parseAssign: local.md vector 8 → key !fred NUL, data without a final NUL', () => {
  assert.deepEqual(records('=fred:fred:60001:60001:/home/fred:::\n.\n'), [
    ['!fred\0', 'fred\x0060001\x0060001\0/home/fred\0\0'],
    ['', ''],
  ]);
});

test('parseAssign: prefixes → keys in lower case, the last byte of each once among the wildcards, as written', () => {
  const text =
    '+Fred-:f:1:1:/f:-::\n+joe-:j:1:1:/j:-::\n+UP:u:1:1:/u:-:p:\n+:alias:7:8:/a:-::ignored:more\n.\n=late:\n';
  assert.deepEqual(records(text), [
    ['!fred-', 'f\x001\x001\0/f\0-\0'],
    ['!joe-', 'j\x001\x001\0/j\0-\0'],
    ['!up', 'u\x001\x001\0/u\0-\0p'],
    ['!', 'alias\x007\x008\0/a\0-\0'],
    ['', '-P'],
  ]);
});

test('parseAssign: a first byte that is not + → like =; a dot line without LF → the end', () => {
  assert.deepEqual(records('xodd:odd:1:1:/o::e:\n.'), [
    ['!odd\0', 'odd\x001\x001\0/o\0\0e'],
    ['', ''],
  ]);
});

const broken: [what: string, text: string, line: number | undefined][] = [
  ['no colon', 'fred\n.\n', 1],
  ['an empty line', '=a:a:1:1:/a:::\n\n.\n', 2],
  ['a comment', '# users\n.\n', 1],
  ['a line that begins with a colon', '=a:a:1:1:/a:::\n:b\n.\n', 2],
  ['fewer than six further colons', '=a:a:1:1:/a::\n.\n', 1],
  ['NUL in a line', '=a:a:1:1:/a:\0::\n.\n', 1],
  ['no dot line', '=a:a:1:1:/a:::\n', undefined],
  ['a last line without LF', '=a:a:1:1:/a:::', undefined],
  ['nothing', '', undefined],
];
for (const [what, text, line] of broken) {
  test(`parseAssign: local.md 1, ${what} → bad format${line ? ` in line ${line}` : ''}`, () => {
    assert.throws(
      () => parseAssign(text),
      (error: unknown) => error instanceof AssignFormatError && error.line === line,
    );
  });
}

test('parseAssign: any text → records or AssignFormatError', () => {
  const piece = fc.oneof(fc.constantFrom('=', '+', ':', '.', '\n', '1', '/a', 'x', '\0', '-'), fc.string());
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
      try {
        return parseAssign(`${pieces.join('')}\n.\n`).length > 0;
      } catch (error) {
        return error instanceof AssignFormatError;
      }
    }),
  );
});

// The sum is that of the file which notqmail's own qmail-newu made from this text.
test("encodeCdb of parseAssign → byte for byte notqmail's users/cdb", () => {
  const text = [
    '=fred:fred:60001:60001:/home/fred:::',
    '=FRED-Boss:joe:1:1:/home/joe:-:boss:',
    '=fred:second:2:2:/home/second:::',
    '+fred-:fred:60001:60001:/home/fred:-::',
    '+fred-lists-:lists:3:3:/home/lists:-:pre-:',
    '+UP+:up:3:3:/h:-:p:',
    '+ABC:up:3:3:/h:-:p:',
    '+:alias:7:8:/var/qmail/alias:-::ignored:more',
    'xodd:odd:1:1:/o::e:',
    '.',
    '=late:late:9:9:/home/late:::',
    '',
  ].join('\n');
  const sum = createHash('sha256')
    .update(encodeCdb(parseAssign(text)))
    .digest('hex');
  assert.equal(sum, 'e45ac336bfb23a9cb72308013039960eef883173ace3acf9e12b89f93b23354c');
});
