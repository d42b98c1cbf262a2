// What clients share: none of the three kinds can take what is reserved for the others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientKindOf } from '../../../core/listen/client-kind.ts';
import { createMemory } from '../../../core/listen/client-memory.ts';
import { createQuota } from '../../../core/listen/quota.ts';

test('clientKind: by address and rule', () => {
  const clients = [
    ['192.0.2.1', undefined, 'stranger'],
    ['unknown', undefined, 'stranger'],
    ['192.0.2.1', '', 'known'],
    ['127.9.9.9', undefined, 'loopback'],
    ['::1', '', 'loopback'],
  ] as const;
  for (const [remoteIp, relayClient, clientKind] of clients) {
    assert.equal(clientKindOf({ remoteIp, relayClient }), clientKind, remoteIp);
  }
});

test('quota: one kind takes all it gets → an eighth is left for each of the others', () => {
  const supply = createQuota();
  let taken = 0;
  while (supply.take('stranger', 1, 80)) taken++;
  assert.equal(taken, 60);
  taken = 0;
  while (supply.take('loopback', 1, 80)) taken++;
  assert.equal(taken, 10);
  taken = 0;
  while (supply.take('known', 1, 80)) taken++;
  assert.equal(taken, 10);
  supply.give('stranger', 1);
  assert.ok(supply.take('known', 1, 80));
  supply.move('stranger', 'known', 59);
  assert.ok(!supply.take('known', 1, 80));
});

test('quota: too few to reserve any → first come, first served', () => {
  const supply = createQuota();
  assert.deepEqual(
    [1, 2, 3].map(() => supply.take('stranger', 1, 2)),
    [true, true, false],
  );
});

test('memory: used up → no client of this kind gets any; what a client leaves is available again, once', () => {
  const memory = createMemory(800);
  const [one, two] = [memory.of('stranger'), memory.of('stranger')];
  assert.ok(one.take(600));
  assert.ok(!two.take(1));
  assert.ok(memory.of('loopback').take(100));
  one.release();
  one.give(600);
  assert.ok(!one.take(1));
  assert.ok(two.take(600));
  assert.ok(!two.take(1));
  two.trust();
  assert.ok(memory.of('stranger').take(100));
});
