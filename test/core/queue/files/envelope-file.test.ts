// The envelope in todo/N (queue.md section 2, vector 5).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTodo, parseTodo } from '../../../../core/queue/files/envelope-file.ts';

test('formatTodo: queue.md 5, one recipient → the 49 bytes of qmail-queue, read back as themselves', async () => {
  const record = { uid: 0, qp: 17887, sender: 'joe@heaven.af.mil', recipients: ['fred@heaven.af.mil'] };
  const raw = formatTodo(record);
  assert.equal(raw.toString('latin1'), 'u0\0p17887\0Fjoe@heaven.af.mil\0Tfred@heaven.af.mil\0');
  assert.equal(raw.length, 49);
  assert.deepEqual(await parseTodo(raw), record);
});
