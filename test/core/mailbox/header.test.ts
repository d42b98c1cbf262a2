import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDate } from '../../../core/mailbox/date.ts';
import { parseHeader, parseStructured } from '../../../core/mailbox/header.ts';

test('parseDate: what Date fields hold → milliseconds, or undefined where it is no date', () => {
  const table: [text: string, iso: string | undefined][] = [
    ['Sat, 21 Nov 2026 12:00:01 +0100', '2026-11-21T11:00:01.000Z'],
    ['21 Nov 2026 12:00 -0330', '2026-11-21T15:30:00.000Z'],
    ['Tue, 26 Sep 1995 04:46:53 GMT (UTC)', '1995-09-26T04:46:53.000Z'],
    ['26 Sep 95 04:46:53 EST', '1995-09-26T09:46:53.000Z'],
    ['26 Sep 05 04:46:53 Z', '2005-09-26T04:46:53.000Z'],
    ['Fri, 7 Jan 100 10:00:00 +0000', '2000-01-07T10:00:00.000Z'],
    ['Wed,21-October-2026 09.05.06 +0000', '2026-10-21T09:05:06.000Z'],
    ['Tue Sep 26 04:46:53 1995', '1995-09-26T04:46:53.000Z'],
    ['2026-11-21T12:00:01+01:00', '2026-11-21T11:00:01.000Z'],
    ['2026-11-21 12:00', '2026-11-21T12:00:00.000Z'],
    ['', undefined],
    ['yesterday', undefined],
    ['1', undefined],
    ['32 Nov 2026 12:00:00 +0000', undefined],
    ['21 Nox 2026 12:00:00 +0000', undefined],
    ['21 Nov 2026 25:00:00 +0000', undefined],
    ['2026-99-99T99:99:99Z', undefined],
  ];
  for (const [text, iso] of table) {
    const at = parseDate(text);
    assert.equal(at === undefined ? undefined : new Date(at).toISOString(), iso, text);
  }
});

test('parseHeader: folded, repeated, garbage and 8-bit lines → fields as they read', () => {
  const raw = Buffer.from(
    'From tomas Sat Nov 21 12:00:00 2026\nSubject: a\n\tb\r\nno field\n continued\nX-Note : caf\xe9\nTO: x@y\nto: z@y\n\nBody: no\n',
    'latin1',
  );
  const header = parseHeader(raw);
  assert.deepEqual(
    [header.first('subject'), header.first('x-note'), header.all('to'), header.first('body'), header.complete],
    ['a\tb', 'café', ['x@y', 'z@y'], '', true],
  );
  assert.equal(raw.toString('latin1', header.bodyStart), 'Body: no\n');
  assert.equal(parseHeader(Buffer.from('Subject: ü\n')).first('subject'), 'ü');
  assert.equal(parseHeader(Buffer.from('Subject: cut')).complete, false);
  assert.equal(parseHeader(Buffer.from('\r\nbody')).bodyStart, 2);
});

test('parseStructured: parameters quoted, bare, repeated → the first of each', () => {
  const { value, parameters } = parseStructured('Multipart/MIXED; Boundary="a;\\"b" ; charset=utf-8; boundary=c');
  assert.equal(value, 'multipart/mixed');
  assert.deepEqual(
    [...parameters],
    [
      ['boundary', 'a;"b'],
      ['charset', 'utf-8'],
    ],
  );
});
