// A message that arrives in frames of another process is read piece by piece, and only as fast as it is asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStreamedMessage, StreamBroken } from '../../../../core/local/message/streamed-message.ts';

test('made message: pieces as they are asked for → the message', async () => {
  const texts = ['a', 'b'.repeat(100_000), '\xff'];
  let next = 0;
  const message = createStreamedMessage(() => {
    const text = texts[next++];
    setImmediate(() => (text === undefined ? message.end() : message.piece(text)));
  });
  let seen = '';
  for await (const piece of message.source) seen += Buffer.from(piece).toString('latin1');
  assert.equal(seen, texts.join(''));
});

test('made message: pieces that were not asked for → refused, and nothing is kept', () => {
  let asked = 0;
  const message = createStreamedMessage(() => asked++);
  assert.equal(message.piece('x'), false);
  assert.deepEqual([message.end(), message.end(), message.piece('x'), message.broken()], [true, false, false, false]);
  assert.equal(asked, 0);
});

test('made message: its source fails halfway → the reader gets the error', async () => {
  const message = createStreamedMessage(() => setImmediate(() => message.piece('x') && setImmediate(message.broken)));
  await assert.rejects(async () => {
    for await (const _ of message.source) void 0;
  }, StreamBroken);
});
