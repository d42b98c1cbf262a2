// What is remembered of attempts stays within its memory: long replies are cut, old ones are forgotten.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PendingRecipient } from '../../../../core/queue/files/recipients.ts';
import { createAttemptBook } from '../../../../core/queue/run/attempts.ts';

const recipient = { offset: 0, address: 'x@far.example' } as PendingRecipient;

/** What a server says that likes to hear itself. */
function answered(words: string) {
  return { said: words, status: '4.2.0', answer: { code: 451, host: 'mx.example', ip: '192.0.2.1', words } };
}

test('attempts: a long reply → the beginning of the report and of the reply is kept', () => {
  const book = createAttemptBook();
  book.ended(1, 'remote', recipient, answered('z'.repeat(4900)));
  const { said, answer } = book.of(1, 'remote', recipient, 1);
  assert.deepEqual([said.length, answer?.words.length], [1003, 1003]);
  book.recall(2, 'remote', recipient.address, answered('z'.repeat(4900)));
  assert.equal(book.of(2, 'remote', recipient, 1).said.length, 1003);
});

test('attempts: more text than may be kept → messages without news for the longest time lose the text, not the number of tries', () => {
  const book = createAttemptBook();
  const messages = 20_000;
  for (let id = 0; id < messages; id++) book.ended(id, 'remote', recipient, answered(`${id} ${'z'.repeat(900)}`));
  book.ended(messages - 9000, 'remote', recipient, answered('short'));
  for (let id = messages; id < 2 * messages; id++)
    if (id % 4 === 0) book.ended(id, 'remote', recipient, answered('z'.repeat(900)));
  let kept = 0;
  for (let id = 0; id < 2 * messages; id++) kept += book.of(id, 'remote', recipient, 1).said.length;
  assert.ok(kept > 7_000_000 && kept <= 8.4 * 1024 * 1024, `${kept}`);
  const first = book.of(0, 'remote', recipient, 1);
  assert.deepEqual([first.tries, first.said, first.status, first.answer], [1, '', '4.2.0', undefined]);
  const last = book.of(messages - 9000, 'remote', recipient, 1);
  assert.deepEqual([last.tries, last.said], [2, 'short']);

  for (let id = 0; id < 2 * messages; id++) book.forget(id);
  book.ended(1, 'remote', recipient, answered('again'));
  assert.equal(book.of(1, 'remote', recipient, 1).said, 'again');
});
