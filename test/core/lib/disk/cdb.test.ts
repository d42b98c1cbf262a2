// cdb files are written to the byte and searched in memory and on disk; damaged ones are refused and never searched for ever.
import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { CdbDamaged, cdbHash, cdbInFile, cdbInMemory } from '../../../../core/lib/disk/cdb.ts';
import { encodeCdb } from '../../../../core/lib/disk/cdb-writer.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const record = (key: string, data: string) => ({ key: Buffer.from(key), data: Buffer.from(data) });
const text = (raw: Uint8Array | undefined) => raw && Buffer.from(raw).toString('latin1');

test('cdb: records → found in memory and in a file, all of a key in order, nothing for others', t => {
  const raw = encodeCdb([record('one', 'Hello'), record('two', ''), record('one', 'again'), record('', 'empty key')]);
  const path = join(tempDir(t), 'x.cdb');
  writeFileSync(path, raw);
  const fd = openSync(path, 'r');
  t.after(() => closeSync(fd));
  for (const cdb of [cdbInMemory(raw), cdbInFile(fd)]) {
    assert.deepEqual(
      {
        one: text(cdb.get(Buffer.from('one'))),
        all: [...cdb.all(Buffer.from('one'))].map(text),
        two: text(cdb.get(Buffer.from('two'))),
        empty: text(cdb.get(Buffer.from(''))),
        three: cdb.get(Buffer.from('three')),
        records: [...cdb.records()].map(({ key, data }) => `${text(key)}=${text(data)}`),
      },
      {
        one: 'Hello',
        all: ['Hello', 'again'],
        two: '',
        empty: 'empty key',
        three: undefined,
        records: ['one=Hello', 'two=', 'one=again', '=empty key'],
      },
    );
  }
});

test('cdb: the file of one record → byte for byte as the format has it', () => {
  const raw = encodeCdb([record('a', 'b')]);
  const hash = cdbHash(Buffer.from('a'));
  assert.equal(hash, 0x0002b5c4);
  const own = raw.subarray(8 * (hash % 256), 8 * (hash % 256) + 8);
  assert.equal(own.toString('hex'), '0a08000002000000');
  assert.equal(raw.subarray(2048, 2058).toString('hex'), '01000000010000006162');
  assert.equal(raw.length, 2058 + 16);
});

test('cdb: no records → an empty database of 2,048 bytes', () => {
  const raw = encodeCdb([]);
  assert.equal(raw.length, 2048);
  assert.deepEqual([cdbInMemory(raw).get(Buffer.from('x')), [...cdbInMemory(raw).records()]], [undefined, []]);
});

test('cdb: any records → every one is found again', () => {
  const records = fc.array(fc.record({ key: fc.uint8Array({ maxLength: 8 }), data: fc.uint8Array({ maxLength: 8 }) }));
  fc.assert(
    fc.property(records, all => {
      const cdb = cdbInMemory(encodeCdb(all));
      for (const { key } of all) {
        const same = all.filter(other => Buffer.compare(other.key, key) === 0);
        assert.deepEqual(
          [...cdb.all(key)].map(text),
          same.map(({ data }) => text(data)),
        );
      }
    }),
  );
});

test('cdb: mutated files → an answer or CdbDamaged, and never an endless search', () => {
  const whole = encodeCdb(['a', 'b', 'c', 'd', 'e'].map(name => record(name, name.repeat(20))));
  const mutations = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(mutations, fc.nat(whole.length), (changes, length) => {
      const raw = Buffer.from(whole.subarray(0, length));
      for (const [at, byte] of changes) if (at < raw.length) raw[at] = byte;
      const cdb = cdbInMemory(raw);
      for (const ask of [() => cdb.get(Buffer.from('c')), () => [...cdb.records()]]) {
        try {
          ask();
        } catch (error) {
          assert.ok(error instanceof CdbDamaged, String(error));
        }
      }
    }),
    { numRuns: 3000 },
  );
});
