// A message that goes to several hosts at once is read once, while memory allows.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createSharedMessages, type WireMessage } from '../../../core/remote/shared-messages.ts';
import { tempDir } from '../../support/temp-dir.ts';

async function wire(message: WireMessage): Promise<string[]> {
  const pieces: string[] = [];
  for await (const { raw } of message.pieces()) pieces.push(raw.toString('latin1'));
  return pieces;
}

/** A job whose file must not be used. */
function inMemory(text: string) {
  const raw = Buffer.from(text, 'latin1');
  return {
    raw,
    get path(): string {
      throw new Error('the file was asked for');
    },
  };
}

test('shared messages: held twice → read once; released → read again', async t => {
  const path = join(tempDir(t), 'message');
  const messages = createSharedMessages();
  writeFileSync(path, 'first\n');
  {
    using first = await messages.hold({ path });
    writeFileSync(path, 'other\n');
    using second = await messages.hold({ path });
    assert.deepEqual([await wire(first), await wire(second)], [['first\r\n.\r\n'], ['first\r\n.\r\n']]);
  }
  // Same name, size and perhaps even time: another message that was given the number of one that is gone.
  using third = await messages.hold({ path });
  assert.deepEqual(await wire(third), ['other\r\n.\r\n']);
});

test('shared messages: one of two holders goes → the other keeps its message', async t => {
  const path = join(tempDir(t), 'message');
  const messages = createSharedMessages();
  writeFileSync(path, 'first\n');
  const first = await messages.hold({ path });
  using second = await messages.hold({ path });
  first[Symbol.dispose]();
  rmSync(path);
  using third = await messages.hold({ path });
  assert.deepEqual(await wire(third), await wire(second));
});

test('shared messages: bytes in memory → the file is not touched', async () => {
  const messages = createSharedMessages();
  using message = await messages.hold(inMemory('.\xff\n'));
  assert.deepEqual(await wire(message), ['..\xff\r\n.\r\n']);
  assert.deepEqual(message.facts, {
    wireBytes: 4,
    eightBit: true,
    eightBitHeader: true,
    longLines: false,
    complete: true,
    unambiguous: true,
  });
});

test('shared messages: no file → an error for each reader, and none once it exists', async t => {
  const path = join(tempDir(t), 'message');
  const messages = createSharedMessages();
  for (const _ of [1, 2]) await assert.rejects(messages.hold({ path }), { code: 'ENOENT' });
  writeFileSync(path, '');
  using message = await messages.hold({ path });
  assert.deepEqual(await wire(message), ['.\r\n']);
});

const limit = 256 * 1024;

for (const [sizeBytes, pieces] of [
  [limit, 1],
  [limit + 1, 5],
] as const) {
  test(`shared messages: ${sizeBytes} bytes → ${pieces === 1 ? 'one piece' : 'read piece by piece'}`, async t => {
    const path = join(tempDir(t), 'message');
    writeFileSync(path, `${'x'.repeat(sizeBytes - 1)}\n`);
    using message = await createSharedMessages().hold({ path });
    assert.equal(message.facts.wireBytes, sizeBytes + 1);
    const sent = await wire(message);
    assert.equal(sent.length, pieces);
    assert.equal(sent.join('').length, sizeBytes + 1 + '.\r\n'.length);
  });
}

test('shared messages: 16 MB of small messages on their way → the next is read piece by piece, until one is released', async t => {
  const home = tempDir(t);
  const messages = createSharedMessages();
  const text = `${'x'.repeat(limit - 1 - 4)}\n`;
  const path = join(home, 'message');
  writeFileSync(path, text);
  const held = await Promise.all(Array.from({ length: 64 }, () => messages.hold(inMemory(text))));
  {
    using message = await messages.hold({ path });
    assert.equal((await wire(message)).length, 4);
  }
  held[0]?.[Symbol.dispose]();
  using message = await messages.hold({ path });
  assert.equal((await wire(message)).length, 1);
});
