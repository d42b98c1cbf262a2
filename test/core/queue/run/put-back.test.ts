// Recipients that find their lane full are tried again in their order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lane } from '../../../../core/paper-path/shapes.ts';
import { createPutBack } from '../../../../core/queue/run/put-back.ts';

const lane = (key: string): Lane => ({ key, share: 'half' });
const recipient = (offset: number) => ({ address: `r${offset}@here.example`, offset });

test('put back: tried again → in their order; if the first is refused, the ones after it wait too', () => {
  const putBack = createPutBack();
  for (const offset of [0, 10, 20]) putBack.add(recipient(offset), lane('a'));
  putBack.add(recipient(5), lane('b'));
  assert.equal(putBack.next(), undefined, 'nobody said that there is room');
  assert.deepEqual([putBack.size, putBack.lanes.map(({ key }) => key)], [4, ['a', 'b']]);

  putBack.retry();
  assert.equal(putBack.next()?.offset, 0);
  const refused = putBack.next();
  assert.equal(refused?.offset, 10);
  putBack.add(recipient(10), lane('a'));
  assert.equal(putBack.next()?.offset, 5, 'another lane has its turn');
  assert.equal(putBack.next(), undefined);
  assert.deepEqual([putBack.size, putBack.lanes.map(({ key }) => key)], [2, ['a']]);

  putBack.retry();
  assert.deepEqual(
    [putBack.next()?.offset, putBack.next()?.offset, putBack.next(), putBack.size],
    [10, 20, undefined, 0],
  );
});

test('put back: ended by the owner, or too old → gone', () => {
  const putBack = createPutBack();
  for (const offset of [0, 10, 20]) putBack.add(recipient(offset), lane(offset === 10 ? 'b' : 'a'));
  putBack.remove(new Set([10, 20]));
  assert.deepEqual([putBack.size, putBack.lanes], [1, [lane('a')]]);
  putBack.clear();
  putBack.retry();
  assert.deepEqual([putBack.size, putBack.next()], [0, undefined]);
});
