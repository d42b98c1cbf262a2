// Bytes become text by the charset that was meant, under any label, wrong label or none.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeBytes } from '../../../../core/message/encodings/charset.ts';

function bytes(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}

test('decodeBytes: labels of all kinds → the text that was meant', () => {
  const table: [label: string, raw: string, text: string][] = [
    ['utf-8', 'caf\xc3\xa9', 'café'],
    ['"UTF8"', 'caf\xc3\xa9', 'café'],
    ['cp65001', 'caf\xc3\xa9', 'café'],
    ['iso-8859-1', 'caf\xe9 \x80', 'café €'],
    ['ISO_8859-1:1987', 'caf\xe9', 'café'],
    ['latin1', 'caf\xe9', 'café'],
    ['iso8859-15', '\xa4', '€'],
    ['cp1252', '\x93x\x94', '“x”'],
    ['win-1251', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['x-cp1251', '\xcf\xf0\xe8\xe2\xe5\xf2', 'Привет'],
    ['koi8-r', '\xf0\xd2\xc9\xd7\xc5\xd4', 'Привет'],
    ['cp866', '\x8f\xe0\xa8\xa2\xa5\xe2', 'Привет'],
    ['cp437', '\x84\x94\x81', 'äöü'],
    ['IBM850', '\x84\x94\x81\xe1', 'äöüß'],
    ['cp852', '\x88', 'ł'],
    ['macintosh', '\x8a', 'ä'],
    ['utf-7', 'Hi Mom -+Jjo--!', 'Hi Mom -☺-!'],
    ['unicode-1-1-utf-7', 'A+ImIDkQ.', 'A≢Α.'],
    ['utf-16', '\x00H\x00i', 'Hi'],
    ['utf-16', '\xff\xfeH\x00i\x00', 'Hi'],
    ['utf-16', 'H\x00i\x00', 'Hi'],
    ['utf-16be', '\x00H\x00i', 'Hi'],
    ['utf-32be', '\x00\x00\x00H', 'H'],
    ['gb2312', '\xc4\xe3\xba\xc3', '你好'],
    ['cp936', '\xc4\xe3\xba\xc3', '你好'],
    ['hz', 'This: ~{<:Ky2;S{#,NpJ)l6HK!#~}Bye ~~.', 'This: 己所不欲，勿施於人。Bye ~.'],
    ['hz-gb-2312', '~{Dc:C~}', '你好'],
    ['big5', '\xa7A\xa6n', '你好'],
    ['cp950', '\xa7A\xa6n', '你好'],
    ['cp932', '\x93\xfa\x96{', '日本'],
    ['shift-jis', '\x93\xfa\x96{', '日本'],
    ['euc-jp', '\xc6\xfc\xcb\xdc', '日本'],
    ['iso-2022-jp', '\x1b$BF|K\\\x1b(B', '日本'],
    ['cp50221', '\x1b$BF|K\\\x1b(B', '日本'],
    ['iso-2022-kr', '\x1b$)C\x0eGQ19\x0f ok', '한국 ok'],
    ['cp949', '\xc7\xd1\xb1\xb9', '한국'],
    ['ks_c_5601-1987', '\xc7\xd1\xb1\xb9', '한국'],
    ['tis-620', '\xa1', 'ก'],
    ['viscii', '\xe1', 'á'],
  ];
  for (const [label, raw, text] of table) assert.equal(decodeBytes(bytes(raw), label), text, label);
});

test('decodeBytes: no label, or one that says nothing → what the bytes can be', () => {
  for (const label of [
    '',
    'us-ascii',
    'unknown-8bit',
    'x-unknown',
    'no-such-charset',
    'hex',
    'base64',
    '8bit',
    'default',
  ]) {
    assert.equal(decodeBytes(bytes('Gr\xc3\xbc\xc3\x9fe'), label), 'Grüße', label);
    assert.equal(decodeBytes(bytes('Gr\xfc\xdfe'), label), 'Grüße', label);
    assert.equal(decodeBytes(bytes('\xcf\xf0\xe8\xe2\xe5\xf2'), label, { fallback: 'windows-1251' }), 'Привет', label);
  }
  assert.equal(decodeBytes(bytes('\x1b$BF|K\\\x1b(B'), ''), '日本');
  assert.equal(decodeBytes(bytes('\xef\xbb\xbfx'), 'iso-8859-1'), 'x', 'a mark of UTF-8');
});

test('decodeBytes: UTF-8 with a bad byte, or cut within a character → the rest is not garbled', () => {
  assert.equal(decodeBytes(bytes('Gr\xc3\xbc\xc3\x9fe \xff'), 'utf-8'), 'Grüße \ufffd');
  assert.equal(decodeBytes(bytes('Gr\xc3\xbc\xc3\x9fe \xff'), ''), 'Grüße \ufffd');
  assert.equal(decodeBytes(bytes('caf\xe9'), 'utf-8'), 'café', 'a label that cannot be');
  for (const text of ['Gr\xc3', 'Gr\xe2\x82', 'Gr\xf0\x9f\x98']) {
    assert.equal(decodeBytes(bytes(text), '', { cut: true }), 'Gr', text);
    assert.equal(decodeBytes(bytes(text), 'utf-8', { cut: true }), 'Gr', text);
  }
  assert.equal(decodeBytes(bytes('ab\xc4'), 'gb18030', { cut: true }), 'ab');
});

test('decodeBytes: HTML that names its charset → believed where the message names none', () => {
  const table: [html: string, label: string, text: string][] = [
    ['<meta charset=windows-1251>\xcf', '', 'П'],
    ['<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">\xf0', '', 'П'],
    ['<META CONTENT="text/html; CHARSET=koi8-r">\xf0', 'us-ascii', 'П'],
    ['<?xml version="1.0" encoding="windows-1251"?>\xcf', '', 'П'],
    ['<meta charset=windows-1251>\xe9', 'iso-8859-1', 'é'],
    ['<meta charset=windows-1251>\xc3\xa9', 'utf-8', 'é'],
    ['<meta charset=utf-16>\xc3\xa9', '', 'é'],
    ['<meta charset=utf-8>caf\xe9', '', 'é'],
    [`${' '.repeat(5000)}<meta charset=windows-1251>\xe9`, '', 'é'],
  ];
  for (const [html, label, text] of table) {
    const found = decodeBytes(bytes(html), label, { html: true });
    assert.equal(found.at(-1), text, html);
  }
});

test('decodeBytes: what iconv-lite can do to bytes besides, however it is written → no charset', () => {
  for (const label of [
    'base64',
    'b-ase64',
    'h-ex',
    'bi_nary',
    'u-cs2',
    'utf-7-imap',
    'c-e-s-u-8',
    'utf.16.x',
    'hex:1234',
    'b-ase64:1987',
  ]) {
    assert.equal(decodeBytes(bytes('caf\xe9 \0'), label), 'café \0', label);
  }
});
