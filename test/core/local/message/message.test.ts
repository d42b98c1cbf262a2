// A message that is delivered is read from byte 0 by each reader, from memory or from its file, or fails as a whole.
import assert from 'node:assert/strict';
import { closeSync, fstatSync, openSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Message, messageInFile, messageInMemory, openMessage } from '../../../../core/local/message/message.ts';
import { MessageReadError, messagePieces } from '../../../../core/local/message/message-reader.ts';
import { tempDir } from '../../../support/temp-dir.ts';

async function all(message: Message): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of message.pieces()) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

const sizes: [sizeBytes: number, small: boolean][] = [
  [0, true],
  [1, true],
  [64 * 1024 - 1, true],
  [64 * 1024, false],
  [16 * 1024 + 3 * 64 * 1024 + 1, false],
];
for (const [sizeBytes, small] of sizes) {
  test(`openMessage: ${sizeBytes} bytes → ${small ? 'in one go' : 'in pieces'}, each reader from byte 0`, async t => {
    const path = join(tempDir(t), 'message');
    const raw = Buffer.alloc(sizeBytes, 'the bytes of this message\n');
    writeFileSync(path, raw);
    const message = openMessage(path) as Message;
    assert.equal(message.sizeBytes, sizeBytes);
    const whole = message.whole();
    assert.ok(small ? whole && raw.equals(whole) : whole === undefined);
    for (let reader = 0; reader < 2; reader++) assert.ok(raw.equals(await all(message)));
    const fd = message.fd();
    message.close();
    assert.throws(() => fstatSync(fd), { code: 'EBADF' });
  });
}

test('openMessage: no file, no regular file → error of the system, undefined', t => {
  const dir = tempDir(t);
  assert.throws(() => openMessage(join(dir, 'gone')), { code: 'ENOENT' });
  assert.equal(openMessage(dir), undefined);
});

test('messageInFile: file that became shorter, file that cannot be read → MessageReadError', async t => {
  const path = join(tempDir(t), 'message');
  writeFileSync(path, 'some bytes');
  const message = openMessage(path) as Message;
  t.after(message.close);
  truncateSync(path, 4);
  assert.throws(message.whole, { name: 'MessageReadError', message: 'the file has become shorter' });
  const directory = openSync(join(path, '..'), 'r');
  t.after(() => closeSync(directory));
  assert.throws(messageInFile(directory, 1).whole, MessageReadError);
  await assert.rejects(() => messagePieces(directory).next(), MessageReadError);
});

test('messageInMemory: bytes → as they are; the path is asked for by programs alone, once', async t => {
  const path = join(tempDir(t), 'message');
  writeFileSync(path, 'x');
  let asked = 0;
  const raw = Buffer.alloc(200_000, 'y');
  const message = messageInMemory(raw, () => {
    asked++;
    return path;
  });
  assert.deepEqual([message.sizeBytes, message.whole() === raw, raw.equals(await all(message))], [200_000, true, true]);
  assert.equal(asked, 0);
  const fd = message.fd();
  assert.deepEqual([message.fd(), asked, fstatSync(fd).size], [fd, 1, 1]);
  message.close();
  assert.throws(() => fstatSync(fd), { code: 'EBADF' });
  messageInMemory(raw, () => assert.fail('asked')).close();
});
