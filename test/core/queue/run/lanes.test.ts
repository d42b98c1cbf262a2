// The shares of the delivery slots that one user or domain may take, and the order in which waiting messages get a place.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lane } from '../../../../core/paper-path/shapes.ts';
import { queueLayout } from '../../../../core/queue/files/layout.ts';
import { createLanes, lanesOfRecipient } from '../../../../core/queue/run/lanes.ts';
import { DueTimes } from '../../../../core/queue/store/due-times.ts';
import { storeInFiles } from '../../../../core/queue/store/in-files.ts';
import type { QueuedMessage } from '../../../../core/queue/store/queued-messages.ts';

const [joe] = lanesOfRecipient('local', 'a@far.example', 'joe@here.example') as [Lane];
const store = storeInFiles(queueLayout('/nowhere'));
const message = (id: number): QueuedMessage => ({ id, bornSec: 0, sizeBytes: 0, channels: new DueTimes(), store });

test('lanes: a number of slots → how many of them one lane gets', () => {
  const placesOf = (slots: number, share: Lane['share']) => {
    const lanes = createLanes(() => slots);
    let places = 0;
    while (places < 300 && !lanes.enter([{ key: 'x', share }])) places++;
    return places;
  };
  const table = [1, 2, 3, 4, 5, 10, 20, 255].map(slots => [
    slots,
    ...(['quarter', 'half', 'most'] as const).map(share => placesOf(slots, share)),
  ]);
  assert.deepEqual(table, [
    [1, 2, 2, 2],
    [2, 2, 2, 2],
    [3, 2, 2, 2],
    [4, 2, 2, 3],
    [5, 2, 2, 4],
    [10, 2, 5, 8],
    [20, 5, 10, 15],
    [255, 63, 127, 192],
  ]);
});

test('lanes: a user of several domains, in any case → one lane; another user → another', () => {
  const key = (address: string) => lanesOfRecipient('local', '', address).map(lane => lane.key);
  assert.deepEqual(key('JOE@There.example'), [joe.key]);
  assert.notDeepEqual(key('joe-list@here.example'), [joe.key]);
});

test('lanes: a remote recipient → no lane; of a bounce → one of half, and at one domain, in any case, of a quarter', () => {
  const lanes = (sender: string, address: string) => lanesOfRecipient('remote', sender, address);
  assert.deepEqual(lanes('a@x', 'joe@There.example'), []);
  assert.deepEqual(lanes('', 'ann@There.example'), [
    { key: 'bounces', share: 'half' },
    { key: 'bounces at there.example', share: 'quarter' },
  ]);
});

test('lanes: several at once, one of them full → a place in none', () => {
  const lanes = createLanes(() => 2);
  const other: Lane = { key: 'run', share: 'half' };
  lanes.enter([joe]);
  lanes.enter([joe]);
  assert.equal(lanes.enter([other, joe]), joe);
  assert.equal(lanes.enter([other]), undefined);
  assert.equal(lanes.enter([other]), undefined, 'the refused one took none');
});

test('lanes: messages in line → called in order, as many as have room, once', () => {
  const lanes = createLanes(() => 4);
  lanes.enter([joe]);
  lanes.enter([joe]);
  const line = [1, 2, 3].map(message);
  for (const one of line) lanes.wait(joe, one);
  lanes.wait(joe, line[0] as QueuedMessage);
  assert.deepEqual(lanes.call(), []);
  lanes.leave([joe]);
  assert.deepEqual(lanes.call(), [line[0]]);
  lanes.leave([joe]);
  assert.deepEqual(lanes.call(), [line[1], line[2]]);
  assert.deepEqual(lanes.call(), []);
  lanes.wait(joe, message(4));
  assert.equal(lanes.call().length, 1, 'a lane that has become empty meanwhile lets nobody wait for ever');
});
