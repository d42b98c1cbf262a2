import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { spoolMessage } from '../../../core/lib/spool.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { tempDir } from '../../support/temp-dir.ts';

for (const [title, size] of [
  ['a small message → kept in memory', 1000],
  ['a large message → kept in a temporary file', 3_000_001],
] as const) {
  test(`spool: ${title}, read back, nothing left behind`, async t => {
    const directory = tempDir(t);
    const raw = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    const pieces = Array.from({ length: Math.ceil(size / 70_000) }, (_, i) =>
      raw.subarray(i * 70_000, (i + 1) * 70_000),
    );
    const spooled = await spoolMessage(pieces, directory);
    assert.equal(spooled.sizeBytes, size);
    assert.deepEqual(readdirSync(directory), [], 'nothing that a crash could leave behind');
    assert.ok((await bytesOf(spooled.message)).equals(raw));
    await spooled.close();
    assert.deepEqual(readdirSync(directory), []);
  });
}

test('spool: the source breaks → its error, nothing left behind', async t => {
  const directory = tempDir(t);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield Buffer.alloc(2_000_000);
    throw new Error('pulled the plug');
  }
  await assert.rejects(spoolMessage(source(), directory), /pulled the plug/);
  assert.deepEqual(readdirSync(directory), []);
});

test('spool: no room for a temporary file → exit code 53', async t => {
  await assert.rejects(spoolMessage([Buffer.alloc(2_000_000)], `${tempDir(t)}/missing`), { exitCode: 53 });
});
