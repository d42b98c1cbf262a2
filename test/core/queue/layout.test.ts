// Where the files of a message lie, and which names are numbers (queue.md section 1, vector 9).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { messageId, queueLayout } from '../../../core/queue/layout.ts';

test('queueLayout: queue.md 9, message 2187270 → its split and its flat files', () => {
  const { mess, info, local, remote, todo, intd, bounce } = queueLayout('/q');
  assert.deepEqual(
    [mess, info, local, remote, todo, intd, bounce].map(path => path(2_187_270)),
    [
      '/q/queue/mess/16/2187270',
      '/q/queue/info/16/2187270',
      '/q/queue/local/16/2187270',
      '/q/queue/remote/16/2187270',
      '/q/queue/todo/2187270',
      '/q/queue/intd/2187270',
      '/q/queue/bounce/2187270',
    ],
  );
});

test('messageId: digits → the number; anything else → no message', () => {
  const names = ['2187270', '1', '0', '017', '', '12x', '-1', '.', '9'.repeat(17)];
  assert.deepEqual(names.map(messageId), [2_187_270, 1, ...Array(7).fill(undefined)]);
});
