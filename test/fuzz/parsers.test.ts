// Damaged files and headers: every parser of injection and forwarding answers with a valid result or
// with its own refusal; none crashes, none hangs. A hundred thousand of each with npm run fuzz.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readOfmipNames } from '../../core/inject/ofmipd/ofmip-names.ts';
import { injectSettings } from '../../core/inject/programs/inject-settings.ts';
import { newInjectMessage, parseNewInjectArguments } from '../../core/inject/programs/new-inject.ts';
import { injectMessage } from '../../core/inject/programs/qmail-inject.ts';
import { CdbDamaged, cdbInMemory } from '../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../core/lib/disk/cdb-writer.ts';
import { UserError } from '../../core/lib/user-error.ts';
import { readAliasEntries } from '../../core/local/forwarding/alias-addresses.ts';
import { readAliases, readIncludeFile } from '../../core/local/forwarding/aliases-file.ts';
import { printForwardingTable, readForwardingTable } from '../../core/local/forwarding/forwarding-table.ts';
import { decodeList, encodeList, readListLines } from '../../core/local/forwarding/mailing-list-file.ts';
import { readAddressList } from '../../core/message/header/address-list.ts';
import { formatDate, readDate } from '../../core/message/header/normal-date.ts';
import { formatNormalList, readNormalList } from '../../core/message/header/normal-list.ts';
import { hostRewriter, rewriteBareAddress } from '../../core/message/header/rewrite.ts';
import { readRewriteRules, usualRewriteLines } from '../../core/message/header/rewrite-rules.ts';
import { formatTokens, tokenize, unquoteTokens } from '../../core/message/header/tokens.ts';
import { tableT } from '../core/local/forwarding/table.ts';
import { bytesOf } from '../support/bytes-of.ts';
import { fuzzSettings } from './settings.ts';

const { seed, sessions } = fuzzSettings(50);
const runs = { seed, numRuns: sessions * 10 };
const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };

/** Bytes that mean something to one of the parsers. */
const noise = [
  '\0',
  '\n',
  '\n ',
  '\\',
  '"',
  '(',
  ')',
  '<',
  '>',
  '[',
  ']',
  ',',
  ';',
  ':',
  '@',
  '.',
  '+',
  '#',
  '|',
  '!',
  '&',
  '/',
  '?',
  '\xff',
  '\r',
  ' ',
  '\t',
  ':include:',
  'owner-',
  'x'.repeat(900),
];

/** One of these texts with some of its bytes replaced, taken out, doubled or cut off. */
function bent(...texts: readonly string[]): fc.Arbitrary<string> {
  const change = fc.record({
    at: fc.nat(2000),
    take: fc.nat(4),
    put: fc.oneof(
      fc.constantFrom('', ...noise),
      fc.nat(255).map(byte => String.fromCharCode(byte)),
    ),
  });
  const changes = fc.array(change, { maxLength: 12 });
  return fc.tuple(fc.constantFrom(...texts), changes, fc.option(fc.nat(400))).map(([text, all, length]) => {
    const changed = all.reduce((so, { at, take, put }) => {
      const place = at % (so.length + 1);
      return so.slice(0, place) + put + so.slice(place + take);
    }, text);
    return length === null ? changed : changed.slice(0, length);
  });
}

/** Asks, and takes no for an answer if it is a refusal of the right kind in words that it knows. */
function orRefused<T>(ask: () => T, exitCodes: readonly number[], words: RegExp): T | undefined {
  try {
    return ask();
  } catch (error) {
    assert.ok(
      error instanceof UserError && exitCodes.includes(error.exitCode) && words.test(error.message),
      String(error),
    );
    return undefined;
  }
}

const lists = [
  'fred, "A B"@x, bob+ , c@host+, d@a.b.c',
  '<@r1,@r2:God@heaven.af.mil>, djb fred, grp: a@b, c@d (C D);, "q\\"x" <e@f> (cmt)',
  'Joe (a (nested) comment) Shmoe <joe@[1.2.3.4]>,\n\tx@y.z (end), foo@[], a., user@',
];

test('fuzz: field values → tokens that are written and read as themselves, or none', () => {
  const property = fc.property(bent(...lists), value => {
    const tokens = tokenize(value);
    if (tokens) assert.deepEqual(tokenize(formatTokens(tokens)), tokens);
  });
  fc.assert(property, runs);
});

test('fuzz: address lists → rewritten, each address with a host or empty; or none', () => {
  const rewrite = hostRewriter(hosts);
  const property = fc.property(bent(...lists), value => {
    const list = readAddressList(tokenize(value) ?? [], rewrite);
    for (const address of list?.addresses ?? []) {
      if (address.length > 0) assert.ok(unquoteTokens(address).includes('@'), value);
    }
    rewriteBareAddress(value, rewrite);
  });
  fc.assert(property, runs);
});

const messages = [
  'To: fred, bob+ (x)\nCc: grp: a@b;\nFrom: Joe <joe@x>\nSubject: hi\n\nbody\n',
  'Return-Path: <x@y.z>\nResent-To: a@b\nResent-Bcc: c\nDate: now\nReceived: by x\n\n',
  'From joe Mon\nBcc: x@y\n folded@z\nContent-Length: 3\nMail-Followup-To: m\nno field\n',
];

test('fuzz: messages → header fields, then the body; or 100 and the line', async () => {
  const settings = injectSettings({ USER: 'joe', QMAILINJECT: 'rc' }, { ...hosts, idHost: 'id' }, ['a@b.def.example']);
  const options = { print: true, recipientsFrom: 'header', sender: undefined, recipients: [] } as const;
  const property = fc.asyncProperty(bent(...messages), async text => {
    const result = await injectMessage([Buffer.from(text, 'latin1')], options, settings, { nowMs: 0, pid: 1 });
    if (!result.ok) {
      assert.deepEqual([result.exitCode, /^unable to parse this line:\n/.test(result.text)], [100, true]);
      return;
    }
    const [header = ''] = (await bytesOf(result.message)).toString('latin1').split('\n\n');
    assert.match(`${header.replace(/\n+$/, '')}\n`, /^(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*$/);
    for (const address of result.envelope.recipients) assert.doesNotMatch(address, /\0/);
  });
  await fc.assert(property, runs);
});

const tableWords =
  /^(?:final instruction must end with semicolon|double colons are not permitted|commas are not permitted before colons|NUL bytes are not permitted|addresses over 800 bytes are not permitted)$/;

test('fuzz: forwarding tables → a database that is printed and read back as itself, or 100 and why', () => {
  const property = fc.property(bent(tableT, 'a: b; # c\n'), table => {
    const records = orRefused(() => readForwardingTable(table), [100], tableWords);
    if (!records) return;
    const raw = encodeCdb(records);
    assert.deepEqual(encodeCdb(readForwardingTable([...printForwardingTable(cdbInMemory(raw))].join(''))), raw);
  });
  fc.assert(property, runs);
});

test('fuzz: forwarding databases → a table, or bad database format', () => {
  const whole = encodeCdb(readForwardingTable(tableT)).toString('latin1');
  const property = fc.property(bent(whole), text => {
    const cdb = cdbInMemory(Buffer.from(text, 'latin1'));
    for (const ask of [() => [...printForwardingTable(cdb)], () => cdb.get(Buffer.from(':root@yp.to'))]) {
      try {
        ask();
      } catch (error) {
        if (!(error instanceof CdbDamaged))
          orRefused(
            () => {
              throw error;
            },
            [100],
            /^bad database format$/,
          );
      }
    }
  });
  fc.assert(property, runs);
});

const listWords =
  /^(?:NUL in input|addresses must be under 801 bytes|(?:NUL|newlines) not permitted in .*|spaces and tabs not permitted at ends of addresses)$/;

test('fuzz: mailing lists → binary and back, or 111 and why', () => {
  const property = fc.property(bent('./inner.bin\n# c\n\nq@list.x  \n&r@list.x\n'), text => {
    const entries = orRefused(() => readListLines(text), [111], listWords);
    if (entries) assert.deepEqual(decodeList(encodeList(entries)), entries);
  });
  fc.assert(property, runs);
});

test('fuzz: binary mailing lists → entries that make the same bytes, or bad mailing list format', () => {
  const property = fc.property(bent('./inner.bin\0&q@list.x\0/r\0'), text => {
    const raw = Buffer.from(text, 'latin1');
    const entries = orRefused(() => decodeList(raw), [100], /^bad mailing list format$/);
    if (entries) assert.deepEqual(encodeList(entries), raw);
  });
  fc.assert(property, runs);
});

const aliasFiles = [
  'root: alice, bill\n@virt.dom: catch+\nweather: "|weather-server -x"\nsos: :include:/etc/sos, :include:rel, extra\n',
  'owner-sos: chief@big\n# comment\n continued\nJoe S <joe@x>: (c) Fred <fred@y>,\n\n x@y.z\n',
];
const aliasWords =
  /^(?:unable to parse this line: [\s\S]*|(?:file|program) delivery [\s\S]* not supported|empty (?:recipient addresses|:include: filenames) not permitted|addresses over 800 bytes are not permitted)$/;

test('fuzz: aliases files → records with whole instructions, or 111 (100) and why', () => {
  const property = fc.property(bent(...aliasFiles), text => {
    const words = new RegExp(`${aliasWords.source}|${listWords.source}`);
    for (const { key, data } of orRefused(() => readAliases(text, hosts), [100, 111], words) ?? []) {
      assert.match(`${key.toString()}=${data.toString()}`, /^(?::[^\0]+=(?:[&./!][^\0]*\0)+|\?[^\0]*@[^\0]*=[^\0]+)$/);
    }
  });
  fc.assert(property, runs);
});

test('fuzz: :include: files → entries of a mailing list, or 111 and why', () => {
  const property = fc.property(bent('a@b.c, joe (x) bob+\nJoe S <js@q>\n:include:other\n', ...aliasFiles), text => {
    const words = new RegExp(`${aliasWords.source}|${listWords.source}`);
    const entries = orRefused(() => readIncludeFile(text, hosts), [111], words);
    if (entries) assert.deepEqual(decodeList(encodeList(entries)), entries);
  });
  fc.assert(property, runs);
});

test('fuzz: lines of .forward files → entries, or none', () => {
  const property = fc.property(bent('"|vacation x", \\joe, bob (Bob) @heaven.af.mil\n', ...lists), line => {
    for (const { kind } of readAliasEntries(line, 'no includes') ?? []) assert.equal(kind, 'address');
  });
  fc.assert(property, runs);
});

test('fuzz: lists as new-inject reads them → addresses and a field that says the same again', () => {
  const property = fc.property(bent(...lists), value => {
    const asValue = (text: string) => text.replaceAll('\n', '').replaceAll('\0', '\n');
    const parts = readNormalList(asValue(value));
    const field = formatNormalList('To', parts);
    const again = readNormalList(asValue(field.slice('To: '.length)));
    const addresses = (all: typeof parts) =>
      all.filter(({ kind }) => kind === 'address').map(({ text }) => text.replace(/@$/, ''));
    assert.deepEqual(addresses(again), addresses(parts));
    for (const line of field.split('\n').slice(1, -1)) assert.match(line, /^ {2}/);
  });
  fc.assert(property, runs);
});

test('fuzz: dates → one form, which is read as the same date; or none', () => {
  const property = fc.property(
    bent('Sat, 15 Aug 98 13:32:12 EST', '5 Jan 2024 1:2 +0130 (x)', '1 Jan 1 1:1:1 UT DST'),
    value => {
      const date = readDate(value);
      if (date) assert.deepEqual(readDate(formatDate(date)), date);
    },
  );
  fc.assert(property, runs);
});

test('fuzz: messages → a header by new-inject, each field in one piece', async () => {
  const settings = {
    ...injectSettings({ USER: 'joe' }, { ...hosts, idHost: 'id' }, ['a@b.def.example']),
    rules: readRewriteRules(usualRewriteLines(hosts)),
  };
  const options = parseNewInjectArguments(['-nR']) ?? assert.fail();
  const property = fc.asyncProperty(bent(...messages), async text => {
    const result = await newInjectMessage([Buffer.from(text, 'latin1')], options, settings, { nowMs: 0, pid: 1 });
    const [header = ''] = (await bytesOf(result.message)).toString('latin1').split('\n\n');
    assert.match(`${header.replace(/\n+$/, '')}\n`, /^(?:[!-9;-~]+[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*)*$/);
    for (const address of result.envelope.recipients) assert.doesNotMatch(address, /\0/);
  });
  await fc.assert(property, runs);
});

test('fuzz: names for ofmipd → records with a name and an address', () => {
  const property = fc.property(bent('joe@sun.af.mil:Joe Shmoe:J.Shmoe@sun.af.mil:\n# no: x: y:\nx::y:\n'), text => {
    for (const { key, data } of readOfmipNames(text)) {
      assert.match(`${Buffer.from(key).toString('latin1')}=`, /^[^#:\n][^:\n]*=|^=/);
      assert.ok(data.includes(0));
    }
  });
  fc.assert(property, runs);
});
