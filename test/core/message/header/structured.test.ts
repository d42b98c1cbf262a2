// Content-Type and its kin: the value and its parameters (RFC 2231), quoted, continued and broken.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStructured } from '../../../../core/message/header/structured.ts';

test('parseStructured: parameters quoted, bare, repeated, in comments → the first of each', () => {
  const table: [field: string, value: string, parameters: Record<string, string>][] = [
    [
      'Multipart/MIXED; Boundary="a;\\"b" ; charset=utf-8; boundary=c',
      'multipart/mixed',
      { boundary: 'a;"b', charset: 'utf-8' },
    ],
    ['text/plain (a comment); charset = us-ascii (Plain text)', 'text/plain', { charset: 'us-ascii' }],
    ['a/b; name="a\\b.txt"', 'a/b', { name: 'a\\b.txt' }],
    ['a/b; name=Invoice(1).pdf', 'a/b', { name: 'Invoice(1).pdf' }],
    ['a/b; name="never closed; charset=x', 'a/b', { name: 'never closed', charset: 'x' }],
    ['a/b; flag; name=two words ;', 'a/b', { name: 'two words' }],
    ['a/b; name="x" junk; charset=y', 'a/b', { name: 'x', charset: 'y' }],
    ['', '', {}],
  ];
  for (const [field, value, parameters] of table) {
    const found = parseStructured(field);
    assert.equal(found.value, value, field);
    for (const [name, said] of Object.entries(parameters)) assert.equal(found.parameter(name), said, field);
  }
});

test('parseStructured: names in pieces, in other charsets, in bytes → text', () => {
  const table: [field: string, charset: string, name: string][] = [
    ["a/b; name*=UTF-8''%C3%A4.pdf", '', 'ä.pdf'],
    ["a/b; name*=iso-8859-1'de'%E4.pdf", '', 'ä.pdf'],
    ["a/b; name*0*=koi8-r''%F0; name*1*=%D2; name*2=.pdf", '', 'Пр.pdf'],
    ['a/b; name*1=b; name*0=a', '', 'ab'],
    ["a/b; name=plain; name*=utf-8''better", '', 'better'],
    ['a/b; name*10=c; name*9=b; name*0=a', '', 'abc'],
    ['a/b; name*0="=?utf-8?Q?=C3"; name*1="=A4?="', '', 'ä'],
    ['a/b; name==?utf-8?Q?enc_word.pdf?=', '', 'enc word.pdf'],
    ['a/b; name="r\xe9sum\xe9.pdf"', '', 'résumé.pdf'],
    ['a/b; name="\xf0\xd2.pdf"', 'koi8-r', 'Пр.pdf'],
    ['a/b; name="\xc3\xa4.pdf"', 'koi8-r', 'ä.pdf'],
    ['a/b; name*=a%2Fb', '', 'a/b'],
    ['a/b; name*0=a%2Fb', '', 'a%2Fb'],
  ];
  for (const [field, charset, name] of table) assert.equal(parseStructured(field).text('name', charset), name, field);
});
