// A message is kept in memory or in a temporary file until it is submitted, whole or not at all, and leaves no file.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { spoolMessage } from '../../../core/paper-path/spool.ts';
import { bytesOf } from '../../support/bytes-of.ts';
import { tempDir } from '../../support/temp-dir.ts';

for (const [title, size] of [
  ['a small message → kept in memory', 1000],
  ['a large message → kept in a temporary file', 3_000_001],
] as const) {
  test(`spool: ${title}, read back, no files are left`, async t => {
    const directory = tempDir(t);
    const raw = Buffer.from(Array.from({ length: size }, (_, i) => i % 251));
    const pieces = Array.from({ length: Math.ceil(size / 70_000) }, (_, i) =>
      raw.subarray(i * 70_000, (i + 1) * 70_000),
    );
    const spooled = await spoolMessage(pieces, directory);
    assert.equal(spooled.sizeBytes, size);
    assert.deepEqual(readdirSync(directory), [], 'nothing that a crash could leave behind');
    assert.ok((await bytesOf(spooled.message)).equals(raw));
    await spooled[Symbol.asyncDispose]();
    assert.deepEqual(readdirSync(directory), []);
  });
}

test('spool: the source fails → its error, no files are left', async t => {
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

test('spool: the disk takes only a part of the last piece → exit code 53, never a message without its end', t => {
  // The limit is within the last piece: the system writes up to it, and complains only about the next.
  const script = `
    const { spoolMessage } = await import(${JSON.stringify(import.meta.resolve('../../../core/paper-path/spool.ts'))});
    const pieces = [Buffer.alloc(1_500_000), Buffer.alloc(1_000_000)];
    const spooled = await spoolMessage(pieces, process.argv[1]).catch(error => error);
    let bytes = 0;
    for await (const piece of spooled.message ?? []) bytes += piece.length;
    console.log(spooled.exitCode ?? bytes);`;
  const limited = 'ulimit -f 4000 && exec "$@"'; // 2,048,000 bytes
  const node = [process.execPath, '--input-type=module', '-e', script, tempDir(t)];
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', limited, 'sh', ...node], { encoding: 'utf8' });
  assert.equal(stdout, '53\n', stderr);
});
