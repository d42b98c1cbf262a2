// setforward and printforward: a table becomes fastforward's database and the same table again (aliases.md).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CdbDamaged, cdbHash, cdbInMemory } from '../../../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { UserError } from '../../../../core/lib/user-error.ts';
import { printForwardingTable, readForwardingTable } from '../../../../core/local/forwarding/forwarding-table.ts';
import { tableT } from './table.ts';

const latin1 = (raw: Uint8Array) => Buffer.from(raw).toString('latin1');
const fileOf = (table: string) => encodeCdb(readForwardingTable(table));
const print = (raw: Uint8Array) => [...printForwardingTable(cdbInMemory(raw))].join('');

/** The records of a table as `key=data`, NULs as |. */
function read(table: string): string[] {
  return readForwardingTable(table).map(({ key, data }) => `${latin1(key)}=${latin1(data)}`.replaceAll('\0', '|'));
}

test('forwarding table: the first record of table T → its bytes (aliases.md 1)', () => {
  const raw = fileOf(tableT);
  const expected = Buffer.concat([
    Buffer.from('0b00000021000000', 'hex'),
    Buffer.from(':root@yp.to&god@heaven.af.mil\0&staff@af.mil\0'),
  ]);
  assert.deepEqual(raw.subarray(2048, 2048 + expected.length), expected);
});

test('forwarding table: where the hash tables are (aliases.md 15)', () => {
  const raw = fileOf(tableT);
  assert.equal(cdbHash(Buffer.from(':root@yp.to')), 0x52cd8345);
  assert.deepEqual(
    [raw.length, raw.readUInt32LE(0), raw.readUInt32LE(552), raw.readUInt32LE(556), raw.readUInt32LE(2431 + 8)],
    [2543, 2399, 2431, 2, 0x52cd8345],
  );
  assert.equal(raw.readUInt32LE(2431 + 12), 0x800);
});

const tables: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['A@B: c, d;', [':a@b=&c|&d|']],
  ['a: b,,c;', [':a=&b|&c|']],
  ['a: ?o@p, b; a: ?q@r;', ['?a=o@p', ':a=&b|', '?a=q@r']],
  ['x: ; :b;', [':=&b|']],
  ['a:&;c:?;d:|;', [':a=&|', '?c=', ':d=||']],
  ['a: \\#x, \\?y, \\&z, n\\ l;', ['?a=y', ':a=&#x|&z|&n l|']],
  ['# all\0this\na: b; # and this', [':a=&b|']],
  ['a:b\n c\t;', [':a=&bc|']],
  ['a: b; \\', [':a=&b|']],
  ['a: b; a: c;', [':a=&b|', ':a=&c|']],
  [`a: ./${'x'.repeat(900)};`, [`:a=./${'x'.repeat(900)}|`]],
  [`a: &${'x'.repeat(800)};`, [`:a=&${'x'.repeat(800)}|`]],
];

test('forwarding table: targets, commands, owners, comments, backslashes → records in order', () => {
  assert.deepEqual(
    tables.map(([table]) => [table, read(table)]),
    tables,
  );
});

const refusals: readonly (readonly [string, string])[] = [
  ['a@b: x', 'final instruction must end with semicolon'],
  ['a', 'final instruction must end with semicolon'],
  ['a@b: x: y;', 'double colons are not permitted'],
  ['a, b: y;', 'commas are not permitted before colons'],
  ['a; b: y;', 'commas are not permitted before colons'],
  [';', 'commas are not permitted before colons'],
  ['a: b\0;', 'NUL bytes are not permitted'],
  ['a: \\\0;', 'NUL bytes are not permitted'],
  [`a: ${'x'.repeat(801)};`, 'addresses over 800 bytes are not permitted'],
];

for (const [table, message] of refusals) {
  test(`forwarding table: ${JSON.stringify(table.slice(0, 20))} → ${message}, 100 (aliases.md 8)`, () => {
    assert.throws(() => readForwardingTable(table), { name: 'UserError', exitCode: 100, message });
  });
}

test('printForwardingTable: table T → a table that makes the same file (aliases.md 9)', () => {
  const raw = fileOf(tableT);
  const printed = print(raw);
  assert.ok(printed.startsWith('root@yp.to:\n, &god@heaven.af.mil\n, &staff@af.mil\n;\n'));
  assert.ok(printed.includes('sos@h.x: ?owner-sos@h.x;\nsos@h.x:\n, ./sos.bin\n, &a@b.c\n;\n'));
  assert.ok(printed.includes('a\\,b\\ c@q:\n, &x@y.z\n;\n'));
  assert.deepEqual(fileOf(printed), raw);
});

test('printForwardingTable: other databases → bad database format, 100', () => {
  const others: readonly (readonly [string, string])[] = [
    ['', ''],
    ['x', '&a\0'],
    [':x', '&a'],
    [':x', 'a\0'],
    [':x', '\0'],
  ];
  for (const [key, data] of others) {
    const raw = encodeCdb([{ key: Buffer.from(key), data: Buffer.from(data) }]);
    assert.throws(() => print(raw), { name: 'UserError', exitCode: 100, message: 'bad database format' });
  }
});

const pieces = ['a', 'B@c', ':', ';', ',', '?', '&', '|', '!', './x', '\\', '#', '\n', ' ', '\0', '\xe9', 'x: y;\n'];

test('forwarding table: any bytes → records that are printed and read back as themselves, or a refusal', () => {
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map(parts => parts.join(''));
  fc.assert(
    fc.property(text, table => {
      let raw: Buffer;
      try {
        raw = fileOf(table);
      } catch (error) {
        assert.ok(error instanceof UserError && error.exitCode === 100, String(error));
        return;
      }
      assert.deepEqual(fileOf(print(raw)), raw);
    }),
  );
});

test('printForwardingTable: mutated databases → text, or bad database', () => {
  const whole = fileOf(tableT);
  const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 20 });
  fc.assert(
    fc.property(changes, fc.nat(whole.length), (mutations, length) => {
      const raw = Buffer.from(whole.subarray(0, length));
      for (const [at, byte] of mutations) if (at < raw.length) raw[at] = byte;
      try {
        print(raw);
      } catch (error) {
        assert.ok(error instanceof CdbDamaged || error instanceof UserError, String(error));
      }
    }),
  );
});
