import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText, parsePeople } from '../../../core/message/display.ts';

test('decodeText: encoded words → text on one line, direction overrides and controls gone', () => {
  const table: [raw: string, text: string][] = [
    ['=?UTF-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['=?iso-8859-1?B?4Q==?= plain', 'á plain'],
    ['=?UTF-8?B?w7w=?=\t=?UTF-8?B?w7w=?=', 'üü'],
    ['=?no-such-charset?Q?abc?=', 'abc'],
    ['=?UTF-8?Q?broken', '=?UTF-8?Q?broken'],
    ['=?UTF-8?Q?two=0Alines?=', 'two lines'],
    ['invoice=?UTF-8?B?4oCu?=fdp.exe', 'invoicefdp.exe'],
  ];
  for (const [raw, text] of table) assert.equal(decodeText(raw), text, raw);
});

test('parsePeople: address lists → names and addresses, groups opened, a bound kept', () => {
  const table: [value: string, people: string[]][] = [
    ['Ines <ines@shore.example>', ['Ines|ines@shore.example']],
    ['"Doe, Jane" <j@x.example>, k@x.example (Kim)', ['Doe, Jane|j@x.example', 'Kim|k@x.example']],
    ['=?UTF-8?Q?M=C3=BCller=2C_J?= <m@x.example>', ['Müller, J|m@x.example']],
    ['crew: a@x.example, b@x.example;', ['|a@x.example', '|b@x.example']],
    ['undisclosed-recipients:;', []],
    ['', []],
    ['just a name', ['just a name|']],
  ];
  for (const [value, people] of table) {
    assert.deepEqual(
      parsePeople([value], 10).map(person => `${person.name}|${person.address}`),
      people,
      value,
    );
  }
  assert.equal(parsePeople(['a@x.example, '.repeat(100_000)], 10).length, 10);
});
