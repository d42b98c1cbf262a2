// Long work in slices: the result is the same as at once, and other work runs in between.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { sortInSlices } from '../../../core/lib/time-slice.ts';

interface Item {
  readonly key: number;
  readonly place: number;
}

const byKey = (a: Item, b: Item): number => a.key - b.key;

function items(keys: readonly number[]): Item[] {
  return keys.map((key, place) => ({ key, place }));
}

test('sortInSlices: any list → as Array.sort, equal items in their order, the list itself unchanged', async () => {
  const lists = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 9000, size: 'max' });
  await fc.assert(
    fc.asyncProperty(lists, async keys => {
      const list = items(keys);
      const before = [...list];
      assert.deepEqual(await sortInSlices(list, byKey), [...list].sort(byKey));
      assert.deepEqual(list, before);
    }),
    { numRuns: 30 },
  );
});

test('sortInSlices: 200,000 items → other work has many turns meanwhile', async () => {
  const list = items(Array.from({ length: 200_000 }, (_, place) => (place * 7919) % 200_003));
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const sorted = await sortInSlices(list, byKey);
  clearInterval(timer);
  assert.deepEqual(sorted, [...list].sort(byKey));
  assert.ok(turns >= 5, `${turns} turns`);
});
