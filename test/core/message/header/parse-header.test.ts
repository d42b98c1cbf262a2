// A header is divided into the fields that its bytes have, folded, repeated or broken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHeader } from '../../../../core/message/header/parse-header.ts';

test('parseHeader: folded, repeated, garbage and 8-bit lines → fields as in the bytes', () => {
  const raw = Buffer.from(
    'From tomas Sat Nov 21 12:00:00 2026\nSubject: a\n\tb\r\nno field\nDate: x\nX-Note : caf\xe9\nTO: x@y\nto: z@y\n\nBody: no\n',
    'latin1',
  );
  const header = parseHeader(raw);
  assert.deepEqual(
    [header.first('subject'), header.first('x-note'), header.all('to'), header.first('body'), header.unended],
    ['a\tb', 'caf\xe9', ['x@y', 'z@y'], '', false],
  );
  assert.equal(raw.toString('latin1', header.bodyStart), 'Body: no\n');
});

test('parseHeader: the end of a header → the start of the body, and whether an empty line marks it', () => {
  const table: [raw: string, body: string, unended: boolean][] = [
    ['\r\nbody', 'body', false],
    ['\nbody', 'body', false],
    ['A: b\n\nbody', 'body', false],
    ['A: b\r\n\r\nbody', 'body', false],
    ['A: b\n \nThe text.\n', 'The text.\n', true],
    ['A: b\n \nC: d\n\nbody', 'body', false],
    ['A: b\nHello,\nthis is it.\n\nBye\n', 'Hello,\nthis is it.\n\nBye\n', true],
    ['A: b\nbroken\nSubject: c\n\nbody', 'body', false],
    ['A: b\n \n--x\nContent-Type: c\n\nbody', '--x\nContent-Type: c\n\nbody', true],
    ['A: b\n \nwords\nSubject: c\n', 'words\nSubject: c\n', true],
    ['no header at all\n', 'no header at all\n', true],
    ['A: b', '', false],
    ['', '', false],
    ['\xef\xbb\xbfA: b\n\nbody', 'body', false],
    ['>From a\nA: b\n\nbody', 'body', false],
  ];
  for (const [text, body, unended] of table) {
    const raw = Buffer.from(text, 'latin1');
    const header = parseHeader(raw);
    assert.deepEqual([raw.toString('latin1', header.bodyStart), header.unended], [body, unended], text);
  }
});
