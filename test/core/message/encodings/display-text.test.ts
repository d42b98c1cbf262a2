// Header values become one line of text without control characters or reversed directions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeText } from '../../../../core/message/encodings/display-text.ts';

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
