// What core/message reads: addresses, lists, tokens, dates, headers, transfer encodings.
import {
  addressFromText,
  displayAddress,
  lowerAscii,
  oneLine as oneAddressLine,
  quoteAddress,
  splitAddress,
  textFromBytes,
  withoutRootDot,
} from '../../../core/message/address.ts';
import { readAddressList } from '../../../core/message/address-list.ts';
import { decodeText, oneLine } from '../../../core/message/display.ts';
import { fieldValue, splitMessage } from '../../../core/message/header.ts';
import { takeApart } from '../../../core/message/mime.ts';
import { readDate } from '../../../core/message/normal-date.ts';
import { formatNormalList, listTokens, readNormalList, writeNormalAddress } from '../../../core/message/normal-list.ts';
import { readPeople } from '../../../core/message/people.ts';
import { hostRewriter, rewriteBareAddress } from '../../../core/message/rewrite.ts';
import {
  readRewriteRules,
  rewriteAddress,
  rewriteHost,
  usualRewriteLines,
} from '../../../core/message/rewrite-rules.ts';
import { parsePath } from '../../../core/message/smtp-path.ts';
import { formatTokens, tokenize, unquoteTokens } from '../../../core/message/tokens.ts';
import { decodeTransfer } from '../../../core/message/transfer.ts';
import { alone, type Subject } from '../growth.ts';
import { fewRepeats } from '../repeats.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };
const rewrite = hostRewriter(hosts);
const rules = readRewriteRules(usualRewriteLines(hosts));
const pace = { due: () => false, rest: () => Promise.resolve() };
const mixed = 'Content-Type: multipart/mixed; boundary=b\n\n';

function raw(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

export const messageSubjects: readonly Subject[] = [
  {
    name: 'core/message/mime.ts takeApart',
    units: fewRepeats,
    run: bytes => takeApart(raw(bytes), pace),
    frames: [
      ["Content-Type: a/b; name*0*=utf-8''", 'x\n\nx'],
      ['Content-Type: text/plain; format=flowed; delsp=yes\n\n', 'x'],
      [`${mixed}--b\n`, '\n--b--\n'],
    ],
  },
  { name: 'core/message/transfer.ts decodeTransfer', run: bytes => decodeTransfer(raw(bytes), 'base64') },
  {
    name: 'core/message/transfer.ts decodeTransfer',
    run: bytes => decodeTransfer(raw(bytes), 'quoted-printable'),
    frames: [['', 'x']],
  },
  {
    name: 'core/message/transfer.ts decodeTransfer',
    run: bytes => decodeTransfer(raw(bytes), ''),
    frames: [['', 'x']],
  },
  {
    name: 'core/message/people.ts readPeople',
    run: bytes => readPeople([bytes], 1000),
    frames: [alone, ['a <', 'x'], ['<@a', ':x@y>'], ['', '@x']],
  },
  { name: 'core/message/display.ts decodeText', run: decodeText, frames: [alone, ['=?utf-8?q?', '?x']] },
  { name: 'core/message/display.ts oneLine', run: oneLine, frames: [['', 'x']] },
  {
    name: 'core/message/header.ts splitMessage',
    run: async bytes => (await splitMessage([raw(bytes)])).fields.map(fieldValue),
    frames: [alone, ['a', ': b\n\n'], ['a: ', '\n\n']],
  },
  {
    name: 'core/message/header.ts splitMessage',
    run: bytes => splitMessage([...raw(bytes)].map(byte => Uint8Array.of(byte))),
    units: ['a', '\n'],
    frames: [['a: ', '\n\n']],
  },
  { name: 'core/message/tokens.ts tokenize', run: tokenize, frames: [alone, ['(', ')'], ['"', '"'], ['[', ']']] },
  {
    name: 'core/message/tokens.ts formatTokens, unquoteTokens',
    run(bytes) {
      const tokens = tokenize(bytes) ?? [];
      return [formatTokens(tokens), unquoteTokens(tokens)];
    },
    frames: [alone, ['"', '"'], ['(', ')']],
  },
  {
    name: 'core/message/address-list.ts readAddressList',
    run: bytes => readAddressList(tokenize(bytes) ?? [], rewrite),
    frames: [alone, ['a@b, ', '<a@b>'], ['', ';']],
  },
  { name: 'core/message/normal-list.ts listTokens', run: listTokens },
  {
    name: 'core/message/normal-list.ts readNormalList',
    run: readNormalList,
    frames: [alone, ['<', '>'], ['a', ' <a@b>']],
  },
  { name: 'core/message/normal-list.ts formatNormalList', run: bytes => formatNormalList('To', readNormalList(bytes)) },
  {
    name: 'core/message/normal-list.ts writeNormalAddress',
    run: bytes => writeNormalAddress(bytes, bytes),
    frames: [alone, ['a', '@b'], ['a@[', ']']],
  },
  { name: 'core/message/normal-date.ts readDate', run: readDate, frames: [alone, ['1 Jan 2026 ', ' x'], ['1', '']] },
  {
    name: 'core/message/rewrite.ts rewriteBareAddress',
    run: bytes => rewriteBareAddress(bytes, rewrite),
    frames: [alone, ['a@', '+']],
  },
  {
    name: 'core/message/rewrite-rules.ts readRewriteRules',
    run: bytes => readRewriteRules(bytes.split('\n')),
    frames: [alone, ['*', ':x']],
  },
  { name: 'core/message/rewrite-rules.ts rewriteHost', run: bytes => rewriteHost(bytes, rules) },
  {
    name: 'core/message/rewrite-rules.ts rewriteAddress',
    run: bytes => rewriteAddress(bytes, rules),
    frames: [alone, ['a', '@b']],
  },
  {
    name: 'core/message/smtp-path.ts parsePath',
    run: parsePath,
    frames: [alone, ['FROM:<', '>'], ['FROM:', ' x'], ['FROM:<a@b> ', '=']],
  },
  { name: 'core/message/address.ts splitAddress', run: splitAddress },
  { name: 'core/message/address.ts withoutRootDot', run: withoutRootDot, frames: [['a@', '.']] },
  { name: 'core/message/address.ts addressFromText', run: bytes => addressFromText(textFromBytes(raw(bytes))) },
  { name: 'core/message/address.ts textFromBytes', run: bytes => textFromBytes(raw(bytes)) },
  { name: 'core/message/address.ts oneLine', run: oneAddressLine },
  { name: 'core/message/address.ts displayAddress', run: displayAddress },
  { name: 'core/message/address.ts lowerAscii', run: lowerAscii },
  { name: 'core/message/address.ts quoteAddress', run: quoteAddress, frames: [alone, ['a', '@b'], ['', ' @b']] },
];
