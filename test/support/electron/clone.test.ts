// The double's own clone codec: if it were wrong, the desktop's tests would be too.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCloneCodec } from './clone.ts';

const codec = createCloneCodec();
const through = (value: unknown) => codec.decode(codec.encode(value));

test('clone codec: any value that structuredClone takes → the same value', () => {
  const leaf = fc.oneof(
    fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: false,
    }),
    fc.uint8Array().map(bytes => bytes.slice().buffer),
  );
  fc.assert(
    fc.property(leaf, value => {
      assert.deepEqual(through(value), structuredClone(value));
    }),
  );
});

test('clone codec: shared and circular objects → stay shared and circular', () => {
  const shared = { name: 'one' };
  const ring: { self?: unknown; a: unknown; b: unknown } = { a: shared, b: shared };
  ring.self = ring;
  const copy = through(ring) as typeof ring;
  assert.equal(copy.self, copy);
  assert.equal(copy.a, copy.b);
  assert.notEqual(copy.a, shared);
});

test('clone codec: what cannot be cloned → refused in Electron’s words', () => {
  for (const value of [() => 1, Symbol('x'), { deep: [() => 1] }, new WeakMap(), Promise.resolve()]) {
    assert.throws(() => codec.encode(value), { message: 'An object could not be cloned.' });
    assert.throws(() => structuredClone(value), { name: 'DataCloneError' });
  }
});
