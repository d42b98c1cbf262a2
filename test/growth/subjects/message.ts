// What core/message reads: addresses, lists, tokens, dates, headers, transfer encodings.
import {
  addressFromText,
  displayAddress,
  lowerAscii,
  quoteAddress,
  splitAddress,
  textFromBytes,
  withoutLineEnds,
  withoutRootDot,
} from '../../../core/message/address.ts';
import { decodeFlowed } from '../../../core/message/body/decode-flowed.ts';
import { textOfHtml } from '../../../core/message/body/html-text.ts';
import { readTokens, TokenListener } from '../../../core/message/body/html-tokens.ts';
import { readInvitation } from '../../../core/message/body/invitation.ts';
import { leavesOf, textAllowance, textOf } from '../../../core/message/body/leaf-parts.ts';
import { takeApart } from '../../../core/message/body/mime.ts';
import { findParts } from '../../../core/message/body/structure.ts';
import { htmlText, plainText } from '../../../core/message/body/text-forms.ts';
import { decodeBytes } from '../../../core/message/encodings/charset.ts';
import { decodeText, oneLine } from '../../../core/message/encodings/display-text.ts';
import { decodeWords, rawAsText, wordsInText } from '../../../core/message/encodings/encoded-words.ts';
import { eucOfHz, eucOfIso2022Kr } from '../../../core/message/encodings/seven-bit.ts';
import { decodeTransfer } from '../../../core/message/encodings/transfer.ts';
import { decodeUtf7, encodeUtf7 } from '../../../core/message/encodings/utf7.ts';
import { decodeUu, takeUuFiles } from '../../../core/message/encodings/uuencode.ts';
import { readAddressList } from '../../../core/message/header/address-list.ts';
import { readDate } from '../../../core/message/header/normal-date.ts';
import {
  formatNormalList,
  listTokens,
  readNormalList,
  writeNormalAddress,
} from '../../../core/message/header/normal-list.ts';
import { parseHeader } from '../../../core/message/header/parse-header.ts';
import { parsePeople, readPeople } from '../../../core/message/header/people.ts';
import { hostRewriter, rewriteBareAddress } from '../../../core/message/header/rewrite.ts';
import {
  readRewriteRules,
  rewriteAddress,
  rewriteHost,
  usualRewriteLines,
} from '../../../core/message/header/rewrite-rules.ts';
import { fieldValue, splitMessage } from '../../../core/message/header/split-message.ts';
import { parseStructured } from '../../../core/message/header/structured.ts';
import { formatTokens, tokenize, unquoteTokens } from '../../../core/message/header/tokens.ts';
import { parsePath } from '../../../core/message/smtp-path.ts';
import { alone, type Subject } from '../growth.ts';
import { fewRepeats } from '../repeats.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };
const rewrite = hostRewriter(hosts);
const rules = readRewriteRules(usualRewriteLines(hosts));
const mixed = 'Content-Type: multipart/mixed; boundary=b\n\n';

function raw(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

export const messageSubjects: readonly Subject[] = [
  {
    name: 'core/message/body/mime.ts takeApart',
    units: fewRepeats,
    run: bytes => takeApart(raw(bytes)),
    frames: [
      ["Content-Type: a/b; name*0*=utf-8''", 'x\n\nx'],
      ['Content-Type: text/plain; format=flowed; delsp=yes\n\n', 'x'],
      [`${mixed}--b\n`, '\n--b--\n'],
    ],
  },
  ...['', 'utf-8', 'utf-7', 'utf-16', 'cp437', 'hz-gb-2312', 'iso-2022-kr', 'iso-2022-jp', 'gb18030', 'euc-kr'].map(
    label => ({
      name: 'core/message/encodings/charset.ts decodeBytes',
      run: (bytes: string) => decodeBytes(raw(bytes), label, { html: true, fallback: 'koi8-r' }),
    }),
  ),
  {
    name: 'core/message/encodings/charset.ts decodeBytes',
    units: ['+', '+AAA', '+-', '&AAA-', '\x1b$B', '~{', '~~', '\x0e', '<meta ', '<meta charset'],
    run: bytes => [
      decodeBytes(raw(bytes), '', { html: true, cut: true }),
      ...['utf-7', 'hz', 'iso-2022-kr'].map(label => decodeBytes(raw(bytes), label)),
    ],
  },
  {
    name: 'core/message/body/invitation.ts readInvitation',
    run: bytes => readInvitation(bytes, ''),
    frames: [
      alone,
      ['BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY', '\nEND:VEVENT\nEND:VCALENDAR\n'],
      ['BEGIN:VCALENDAR\nBEGIN:VEVENT\nRDATE:', '\nEND:VEVENT\nEND:VCALENDAR\n'],
    ],
  },
  { name: 'core/message/encodings/seven-bit.ts eucOfHz', run: bytes => eucOfHz(raw(bytes)) },
  { name: 'core/message/encodings/seven-bit.ts eucOfIso2022Kr', run: bytes => eucOfIso2022Kr(raw(bytes)) },
  {
    name: 'core/message/encodings/encoded-words.ts decodeWords',
    run: bytes => decodeWords(bytes, 'euc-jp'),
    frames: [alone, ['=?utf-8?q?', '?x'], ['=?utf-8?b?', '?=']],
  },
  {
    name: 'core/message/encodings/encoded-words.ts decodeWords',
    units: ['=?a?q?x?', '=?a?q?=?', '?=?', '=?utf-8?q?=E4?= ', '=?utf-8?b?w?= =?utf-8?b?Q==?= '],
    run: bytes => [decodeWords(bytes, ''), wordsInText(bytes)],
  },
  { name: 'core/message/encodings/encoded-words.ts rawAsText', run: bytes => rawAsText(bytes, 'iso-2022-jp') },
  {
    name: 'core/message/header/structured.ts parseStructured',
    run: bytes => parseStructured(bytes).text('name', ''),
    frames: [
      alone,
      ['a/b; name="', 'x'],
      ['a/b; name=', '"x'],
      ["a/b; name*0*=utf-8''", '; name*1=x'],
      ['a/b; name=x', ')'],
    ],
  },
  {
    name: 'core/message/header/parse-header.ts parseHeader',
    run: bytes => parseHeader(raw(bytes)).all('a'),
    frames: [alone, ['a: ', '\n\n'], ['From x\n', '\n\n']],
  },
  {
    name: 'core/message/body/structure.ts findParts',
    run: bytes => findParts(raw(bytes)),
    frames: [
      alone,
      [mixed, ''],
      ['Content-Type: multipart/mixed; boundary=c\n\n', '\n--b--'],
      [`${mixed}--b\n`, '\n--b--\n'],
    ],
  },
  {
    name: 'core/message/body/structure.ts findParts',
    units: [
      '--b\nContent-Type: multipart/mixed\n\n--c\n\n',
      '--b\nContent-Type: multipart/mixed; boundary=d\n\n--c\n\n',
      '--b\n--b--\n',
      '--x\n',
      '--x\n\n',
      '--b\nfrom: a\nx\nfrom: a\n',
    ],
    run: bytes => findParts(raw(bytes)),
    frames: [
      [mixed, ''],
      ['Content-Type: multipart/mixed\n\n', ''],
    ],
  },
  {
    name: 'core/message/body/leaf-parts.ts leavesOf, textOf',
    units: fewRepeats,
    run(bytes) {
      const message = raw(bytes);
      const { bodies, charset } = leavesOf(findParts(message));
      const allowance = textAllowance();
      const leaves = bodies.flatMap(({ plain, html }) => [...plain, ...html]);
      return leaves.map(leaf => textOf(message, leaf, charset, allowance));
    },
    frames: [alone, ['\n', ''], ['Content-Type: text/plain; format=flowed\n\n', '']],
  },
  {
    name: 'core/message/body/text-forms.ts plainText, htmlText',
    run(bytes) {
      const texts = [
        { plain: bytes, html: undefined },
        { plain: undefined, html: bytes },
      ];
      return [
        plainText(texts, 1024 * 1024),
        htmlText(texts, { length: 1024 * 1024, tags: 1024 * 1024, depth: 1024 * 1024, attributes: 1024 }),
      ];
    },
  },
  {
    name: 'core/message/body/decode-flowed.ts decodeFlowed',
    run: bytes => decodeFlowed(bytes, true),
    frames: [alone, ['x \n', ' '], ['>', ' \n']],
  },
  {
    name: 'core/message/encodings/uuencode.ts takeUuFiles, decodeUu',
    run: bytes => [takeUuFiles(bytes, false, 100), decodeUu(raw(bytes))],
    frames: [alone, ['begin 644 a\n', '\nend\n']],
  },
  {
    name: 'core/message/encodings/uuencode.ts takeUuFiles, decodeUu',
    units: ['begin 644 a\n', 'begin 644 a\n#AAAA\n', '#AAAA\n', 'begin 644 a\n#AAAA\nend\n'],
    run: bytes => [takeUuFiles(bytes, false, 100), decodeUu(raw(bytes))],
    frames: [alone, ['begin 644 a\n', 'end\n']],
  },
  {
    name: 'core/message/body/html-tokens.ts readTokens',
    run: bytes => readTokens(bytes, new TokenListener()),
    frames: [alone, ['<p ', '>'], ['<!--', '-->'], ['<style>', '</style>']],
  },
  {
    name: 'core/message/body/html-text.ts textOfHtml',
    run: bytes => textOfHtml(bytes),
    frames: [alone, ['<p>', '>'], ['<a x="', '</a>'], ['<style>', '']],
  },
  { name: 'core/message/encodings/transfer.ts decodeTransfer', run: bytes => decodeTransfer(raw(bytes), 'x-uuencode') },
  { name: 'core/message/encodings/transfer.ts decodeTransfer', run: bytes => decodeTransfer(raw(bytes), 'base64') },
  {
    name: 'core/message/encodings/transfer.ts decodeTransfer',
    run: bytes => decodeTransfer(raw(bytes), 'quoted-printable'),
    frames: [['', 'x']],
  },
  {
    name: 'core/message/encodings/transfer.ts decodeTransfer',
    run: bytes => decodeTransfer(raw(bytes), ''),
    frames: [['', 'x']],
  },
  {
    name: 'core/message/header/people.ts readPeople, parsePeople',
    run: bytes => [readPeople([bytes], 1000), parsePeople([bytes], 1000)],
    frames: [alone, ['a <', 'x'], ['<@a', ':x@y>'], ['', '@x']],
  },
  { name: 'core/message/encodings/display-text.ts decodeText', run: decodeText, frames: [alone, ['=?utf-8?q?', '?x']] },
  { name: 'core/message/encodings/display-text.ts oneLine', run: oneLine, frames: [['', 'x']] },
  {
    name: 'core/message/header/split-message.ts splitMessage',
    run: async bytes => (await splitMessage([raw(bytes)])).fields.map(fieldValue),
    frames: [alone, ['a', ': b\n\n'], ['a: ', '\n\n']],
  },
  {
    name: 'core/message/header/split-message.ts splitMessage',
    run: bytes => splitMessage([...raw(bytes)].map(byte => Uint8Array.of(byte))),
    units: ['a', '\n'],
    frames: [['a: ', '\n\n']],
  },
  {
    name: 'core/message/header/tokens.ts tokenize',
    run: tokenize,
    frames: [alone, ['(', ')'], ['"', '"'], ['[', ']']],
  },
  {
    name: 'core/message/header/tokens.ts formatTokens, unquoteTokens',
    run(bytes) {
      const tokens = tokenize(bytes) ?? [];
      return [formatTokens(tokens), unquoteTokens(tokens)];
    },
    frames: [alone, ['"', '"'], ['(', ')']],
  },
  {
    name: 'core/message/header/address-list.ts readAddressList',
    run: bytes => readAddressList(tokenize(bytes) ?? [], rewrite),
    frames: [alone, ['a@b, ', '<a@b>'], ['', ';']],
  },
  { name: 'core/message/header/normal-list.ts listTokens', run: listTokens },
  {
    name: 'core/message/header/normal-list.ts readNormalList',
    run: readNormalList,
    frames: [alone, ['<', '>'], ['a', ' <a@b>']],
  },
  {
    name: 'core/message/header/normal-list.ts formatNormalList',
    run: bytes => formatNormalList('To', readNormalList(bytes)),
  },
  {
    name: 'core/message/header/normal-list.ts writeNormalAddress',
    run: bytes => writeNormalAddress(bytes, bytes),
    frames: [alone, ['a', '@b'], ['a@[', ']']],
  },
  {
    name: 'core/message/header/normal-date.ts readDate',
    run: readDate,
    frames: [alone, ['1 Jan 2026 ', ' x'], ['1', '']],
  },
  {
    name: 'core/message/header/rewrite.ts rewriteBareAddress',
    run: bytes => rewriteBareAddress(bytes, rewrite),
    frames: [alone, ['a@', '+']],
  },
  {
    name: 'core/message/header/rewrite-rules.ts readRewriteRules',
    run: bytes => readRewriteRules(bytes.split('\n')),
    frames: [alone, ['*', ':x']],
  },
  { name: 'core/message/header/rewrite-rules.ts rewriteHost', run: bytes => rewriteHost(bytes, rules) },
  {
    name: 'core/message/header/rewrite-rules.ts rewriteAddress',
    run: bytes => rewriteAddress(bytes, rules),
    frames: [alone, ['a', '@b']],
  },
  {
    name: 'core/message/smtp-path.ts parsePath',
    run: parsePath,
    frames: [alone, ['FROM:<', '>'], ['FROM:', ' x'], ['FROM:<a@b> ', '=']],
  },
  {
    name: 'core/message/encodings/utf7.ts decodeUtf7, encodeUtf7',
    run: bytes => [decodeUtf7(bytes), encodeUtf7(bytes)],
    frames: [alone, ['&', '-'], ['&', '&'], ['&A', '']],
  },
  { name: 'core/message/address.ts splitAddress', run: splitAddress },
  { name: 'core/message/address.ts withoutRootDot', run: withoutRootDot, frames: [['a@', '.']] },
  { name: 'core/message/address.ts addressFromText', run: bytes => addressFromText(textFromBytes(raw(bytes))) },
  { name: 'core/message/address.ts textFromBytes', run: bytes => textFromBytes(raw(bytes)) },
  { name: 'core/message/address.ts withoutLineEnds', run: withoutLineEnds },
  { name: 'core/message/address.ts displayAddress', run: displayAddress },
  { name: 'core/message/address.ts lowerAscii', run: lowerAscii },
  { name: 'core/message/address.ts quoteAddress', run: quoteAddress, frames: [alone, ['a', '@b'], ['', ' @b']] },
];
