// newaliases and newinclude read their files into forwarding records, or say what is wrong (aliases.md 11 and 12).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../../../core/lib/user-error.ts';
import { readAliases, readIncludeFile } from '../../../../core/local/forwarding/aliases-file.ts';
import { addressPieces } from '../../../support/address-pieces.ts';

const hosts = { defaultHost: 'dhost', defaultDomain: 'def.example', plusDomain: 'plus.example' };
const latin1 = (raw: Uint8Array) => Buffer.from(raw).toString('latin1');

/** The records of an aliases file as `key=data`, NULs as |. */
function aliases(text: string): string[] {
  return readAliases(text, hosts).map(({ key, data }) => `${latin1(key)}=${latin1(data)}`.replaceAll('\0', '|'));
}

const files: readonly (readonly [string, readonly string[]])[] = [
  ['root: alice, bill\n', [':root@=&bill@dhost.def.example|&alice@dhost.def.example|']],
  ['@virt.dom: catch+\n', [':@virt.dom=&catch+@dhost.def.example|']],
  ['weather: "|weather-server -x"\n', [':weather@=!weather-server -x|']],
  ['sos: :include:/etc/sos, :include:rel, extra\n', [':sos@=./rel.bin|/etc/sos.bin|&extra@dhost.def.example|']],
  ['owner-sos: chief@big\n', ['?sos@=owner-sos@dhost.def.example', ':owner-sos@=&chief@big.def.example|']],
];

test('newaliases: the aliases of the manual → records (aliases.md 11)', () => {
  assert.deepEqual(
    files.map(([text]) => [text, aliases(text)]),
    files,
  );
});

const oddLines: readonly (readonly [string, readonly string[]])[] = [
  ['a b: c; d e\n', [':a@=&e@dhost.def.example|&d@dhost.def.example|&c@dhost.def.example|&b@dhost.def.example|']],
  ['a b\n', [':a@=&b@dhost.def.example|']],
  ['A@Host: b\n', [':a@host=&b@dhost.def.example|']],
  [
    'a: b\n\tc\n\n d\n# no: x\n y\n(c)\ne: f@g.h\n',
    [':a@=&d@dhost.def.example|&c@dhost.def.example|&b@dhost.def.example|', ':e@=&f@g.h|'],
  ],
  ['a: Joe S <joe@x> (Joe), <x.y z@w>\n', [':a@=&x.yz@w.def.example|&joe@x.def.example|']],
  [
    'a: c@h+, b@+, d., e@f., u@\n',
    [':a@=&u@dhost.def.example|&e@f.|&d.@dhost.def.example|&b@.plus.example|&c@h.plus.example|'],
  ],
  ['a: "|x", b, c\n', [':a@=&c@dhost.def.example|!x|&b@dhost.def.example|']],
  ['a, "|x", b\n', [':a@=!x|&b@dhost.def.example|']],
  ['a: "|x"@y, /z@q.r\n', [':a@=&/z@q.r|&|x@y.def.example|']],
  ['a: :include:x@y.z, ":include:q"\n', [':a@=./x@y.z.bin|&:include:q@dhost.def.example|']],
  ['"a b"@c: d@e.f\n', [':a b@c=&d@e.f|']],
  ['owner-x@y: z@w.v\n', ['?x@y=owner-x@y.def.example', ':owner-x@y=&z@w.v|']],
  ['OWNER-x: y@z.w\n', [':owner-x@=&y@z.w|']],
  ['a: x, x@y.z', [':a@=&x@y.z|&x@dhost.def.example|']],
  [':\n(c)\n', []],
];

test('newaliases: lines of all shapes → records', () => {
  assert.deepEqual(
    oddLines.map(([text]) => [text, aliases(text)]),
    oddLines,
  );
});

test('newaliases: lines that make no sense → why, 111 (a too long address: 100)', () => {
  const refusals: readonly (readonly [string, string, number?])[] = [
    ['a:\nb: c\n', 'unable to parse this line: a:\n'],
    ['a\n', 'unable to parse this line: a\n'],
    ['a: b (\n c\n', 'unable to parse this line: a: b (\n c\n'],
    ['a: b>\n', 'unable to parse this line: a: b>\n'],
    ['a@: b\n', 'unable to parse this line: a@: b\n'],
    ['a: "/file"\n', 'file delivery /file not supported'],
    ['a: <>, b\n', 'empty recipient addresses not permitted'],
    ['"": b\n', 'empty recipient addresses not permitted'],
    ['a: :include:, z\n', 'empty :include: filenames not permitted'],
    ['a: :include:x\0y\n', 'NUL not permitted in :include: filenames'],
    ['a: "|x\0y"\n', 'NUL not permitted in program names'],
    ['a: b\0c\n', 'NUL not permitted in recipient addresses'],
    ['a\0b: c\n', 'NUL not permitted in recipient addresses'],
    [`a: ${'x'.repeat(797)}@y.z\n`, 'addresses over 800 bytes are not permitted', 100],
  ];
  for (const [text, message, exitCode = 111] of refusals) {
    assert.throws(() => aliases(text), { name: 'UserError', exitCode, message }, JSON.stringify(text));
  }
});

test('newinclude: addresses and lists, line by line → entries (aliases.md 12)', () => {
  assert.deepEqual(readIncludeFile('a@b.c, joe (x) bob+\nJoe S <js@q>\n:include:other\n', hosts), [
    '&bob+@dhost.def.example',
    '&joe@dhost.def.example',
    '&a@b.c',
    '&js@q.def.example',
    './other',
  ]);
});

test('newinclude: comments, blanks, no addresses → no entries; names with . or / stay as they are', () => {
  assert.deepEqual(readIncludeFile('# c, d\n\n <>, "", (x)\n:include:/x :include:../y', hosts), ['../y', '/x']);
});

test('newinclude: programs, files and broken lines → why, 111', () => {
  const refusals: readonly (readonly [string, string])[] = [
    ['"|p q"\n', 'program delivery |p q not supported'],
    ['/f\n', 'file delivery /f not supported'],
    ['(\n', 'unable to parse this line: (\n'],
    [':include:\n', 'empty :include: filenames not permitted'],
    ['"x\0y"\n', 'NUL not permitted in recipient addresses'],
    ['x@[y\\\n]\n', 'unable to parse this line: x@[y\\\n'],
    [':include:"x "\n', 'spaces and tabs not permitted at ends of addresses'],
    [`${'x'.repeat(797)}@y.z\n`, 'addresses must be under 801 bytes'],
  ];
  for (const [text, message] of refusals) {
    assert.throws(() => readIncludeFile(text, hosts), { name: 'UserError', exitCode: 111, message });
  }
});

const pieces = [...addressPieces, '/f', '+', '\n', '#', ':include:', '\0'];

test('newaliases, newinclude: any bytes → well-formed entries, or a refusal', () => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 30 }).map(parts => parts.join(''));
  fc.assert(
    fc.property(text, file => {
      for (const read of [() => aliases(file), () => readIncludeFile(file, hosts)]) {
        try {
          for (const one of read()) assert.match(one, /^(:[^=]+=([&./!][^|]*\|)+|\?[^|]+=[^|]+|[&./][^\0\n]*)/s);
        } catch (error) {
          assert.ok(error instanceof UserError && [100, 111].includes(error.exitCode), String(error));
        }
      }
    }),
  );
});
