// Encoded words (RFC 2047) are decoded as mail really has them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWords, rawAsText, wordsInText } from '../../../../core/message/encodings/encoded-words.ts';

test('decodeWords: words and bytes as mail has them → text', () => {
  const table: [value: string, charset: string, text: string][] = [
    ['plain', '', 'plain'],
    ['=?utf-8?q?Gr=C3=BC=C3=9Fe?=', '', 'Grüße'],
    ['=?iso-8859-1?B?4Q==?= plain', '', 'á plain'],
    ['=?utf-8?B?w7w=?=\t=?utf-8?B?w7w=?=', '', 'üü'],
    ['=?utf-8?Q?a?= b =?utf-8?Q?c?=', '', 'a b c'],
    ['=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=', '', 'ü'],
    ['=?utf-8*de?Q?=C3=BC?=', '', 'ü'],
    ['=?iso-2022-jp?B?GyRCRnw=?= =?iso-2022-jp?B?GyRCS1w=?=', '', '日本'],
    ['=?iso-2022-kr?B?GyQpQw5HUTE5Dw==?=', '', '한국'],
    ['=?utf-7?Q?+AOQ-?=', '', 'ä'],
    ['=?cp437?Q?=84?=', '', 'ä'],
    ['=?no-such?Q?=C3=BC?=', '', 'ü'],
    ['=?utf-8?Q?Really??=', '', 'Really?'],
    ['=?utf-8?Q?broken =?utf-8?Q?ok?=', '', '=?utf-8?Q?broken ok'],
    ['=?utf-8?Q??=', '', ''],
    ['=?utf-8?Q?never closed', '', '=?utf-8?Q?never closed'],
    ['=?utf-8?X?abc?=', '', '=?utf-8?X?abc?='],
    ['=?iso-8859-1?Q?caf\xe9_=E9?=', '', 'café é'],
    ['=?koi8-r?Q?\xf0\xd2\xc9\xd7\xc5\xd4?=', '', 'Привет'],
    ['Gr\xc3\xbc\xc3\x9fe', 'koi8-r', 'Grüße'],
    ['\xf0\xd2\xc9\xd7\xc5\xd4', 'koi8-r', 'Привет'],
    ['\xcf\xf0 =?utf-8?Q?=C3=BC?=', 'windows-1251', 'Пр ü'],
    ['caf\xe9', '', 'café'],
    ['\x1b$BF|K\\\x1b(B', 'iso-2022-jp', '日本'],
  ];
  for (const [value, charset, text] of table) assert.equal(decodeWords(value, charset), text, value);
});

test('rawAsText: bytes become text, words stay words → decoded they are what decodeWords says', () => {
  assert.equal(rawAsText('=?utf-8?Q?a=2Cb?= <a@b>', ''), '=?utf-8?Q?a=2Cb?= <a@b>');
  assert.equal(rawAsText('caf\xe9 =?utf-8?Q?x?=', ''), 'café =?utf-8?Q?x?=');
  const piece = fc.constantFrom(
    'a',
    ' ',
    '\xe9',
    '\xc3\xa9',
    '=?koi8-r?Q?\xf0=D2?=',
    '=?utf-8?B?w7w=?=',
    '=?',
    '?=',
    '?q?',
    ',',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), pieces => {
      const value = pieces.join('');
      const words = [...value.matchAll(/=\?[^ ]*/g)].length;
      // Bytes on both sides of a word are one text to decodeWords only if there is no word between.
      if (words > 0 && /[\x80-\xff]/.test(value)) return;
      assert.equal(wordsInText(rawAsText(value, '')), decodeWords(value, ''));
    }),
  );
});
