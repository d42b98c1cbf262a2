// Delivery to an mbox: quoted, appended whole or not at all, and under a lock that other processes see.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Clock } from '../../../../core/lib/clock.ts';
import { tryLockExclusive } from '../../../../core/lib/posix.ts';
import { deliverToMbox } from '../../../../core/local/into/mbox.ts';
import { quoteForMbox } from '../../../../core/local/into/mbox-quoting.ts';
import { MessageReadError } from '../../../../core/local/message/message-reader.ts';
import { tempDir } from '../../../support/temp-dir.ts';

/** Every wait is over at once and takes its time on this clock. */
function quickClock(): Clock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      setImmediate(() => {
        nowMs += delayMs;
        run();
      });
      return () => undefined;
    },
  };
}

/** Like those of a message that is read piece by piece, each lasts until the next. */
async function* pieces(text: string, size = 1000): AsyncGenerator<Buffer> {
  for (let at = 0; at < text.length; at += size) {
    const piece = Buffer.from(text.slice(at, at + size), 'latin1');
    yield piece;
    piece.fill('#');
  }
}

async function quoted(text: string, size: number): Promise<string> {
  let out = '';
  for await (const piece of quoteForMbox(pieces(text, size))) out += Buffer.from(piece).toString('latin1');
  return out;
}

const quotes: [text: string, quoted: string][] = [
  ['From here\n>From there\n>>From x\nFrom\nbody', '>From here\n>>From there\n>>>From x\nFrom\nbody\n'],
  ['', ''],
  ['\n', '\n'],
  ['Fro', 'Fro\n'],
  ['FFrom x\n', 'FFrom x\n'],
  [' From x\n', ' From x\n'],
  ['a\r\nFrom \n', 'a\r\n>From \n'],
];
for (const [text, expected] of quotes) {
  test(`quoteForMbox: local.md 5, ${JSON.stringify(text)} → ${JSON.stringify(expected)}`, async () => {
    for (const size of [1, 2, 3, 5, 100]) assert.equal(await quoted(text, size), expected);
  });
}

test('quoteForMbox: any message in any pieces → as a search line by line would quote it', async () => {
  const part = fc.oneof(fc.constantFrom('From ', 'From', '>', '\n', 'F', 'x'), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(part), fc.integer({ min: 1, max: 9 }), async (parts, size) => {
      const text = parts.join('').replace(/[^\0-\xff]/g, '?');
      const lastLf = text === '' || text.endsWith('\n') ? '' : '\n';
      assert.equal(
        await quoted(text, size),
        text.replace(/^(>*From )/gm, (m, p, at) => (atLineStart(text, at) ? `>${p}` : m)) + lastLf,
      );
    }),
  );
});

/** `^` with the m flag also matches after CR. */
function atLineStart(text: string, at: number): boolean {
  return at === 0 || text[at - 1] === '\n';
}

test('deliverToMbox: two messages → appended with quoting and an empty line after each, mode 0600', async t => {
  const path = join(tempDir(t), 'Mailbox');
  const deps = { clock: quickClock() };
  assert.equal(await deliverToMbox({ path, name: './Mailbox' }, 'From a\nR\nD\n', pieces('From b'), deps), undefined);
  assert.equal(await deliverToMbox({ path, name: './Mailbox' }, 'From a\nR\nD\n', pieces(''), deps), undefined);
  assert.equal(readFileSync(path, 'latin1'), 'From a\nR\nD\n>From b\n\nFrom a\nR\nD\n\n');
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('deliverToMbox: the file ends within a line, as after a power failure → the From line is a line of its own', async t => {
  const path = join(tempDir(t), 'Mailbox');
  writeFileSync(path, 'From x\n\ncut off');
  await deliverToMbox({ path, name: './Mailbox' }, 'From a\nR\nD\n', pieces('b'), { clock: quickClock() });
  assert.equal(readFileSync(path, 'latin1'), 'From x\n\ncut off\nFrom a\nR\nD\nb\n\n');
});

test('deliverToMbox: message unreadable halfway → file as before', async t => {
  const path = join(tempDir(t), 'Mailbox');
  writeFileSync(path, 'before\n');
  async function* broken() {
    yield Buffer.from('some bytes\n'.repeat(10_000));
    throw new MessageReadError(Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO' }));
  }
  assert.deepEqual(await deliverToMbox({ path, name: './Mailbox' }, 'From a\n', broken(), { clock: quickClock() }), {
    exit: 111,
    text: 'Unable to read message: i/o error. (#4.3.0)',
  });
  assert.equal(readFileSync(path, 'latin1'), 'before\n');
});

test('deliverToMbox: another open file holds the lock → waits, then deferred after 30 seconds', async t => {
  const path = join(tempDir(t), 'Mailbox');
  const held = openSync(path, 'a');
  t.after(() => closeSync(held));
  assert.ok(tryLockExclusive(held));
  const clock = quickClock();
  const stop = await deliverToMbox({ path, name: './Mailbox' }, '', pieces('x'), { clock });
  assert.deepEqual(stop, { exit: 111, text: 'File has been locked for 30 seconds straight. (#4.3.0)' });
  assert.ok(clock.nowMs() >= 30_000);
  assert.equal(readFileSync(path, 'latin1'), '');
});

test('deliverToMbox: lock freed meanwhile → delivered', async t => {
  const path = join(tempDir(t), 'Mailbox');
  const tries = [false, false, true];
  const deps = { clock: quickClock(), tryLock: () => tries.shift() ?? true };
  assert.equal(await deliverToMbox({ path, name: './Mailbox' }, '', pieces('x\n'), deps), undefined);
  assert.deepEqual([tries.length, readFileSync(path, 'latin1')], [0, 'x\n\n']);
});

test('deliverToMbox: a file that cannot be locked → delivered without a lock', async t => {
  const path = join(tempDir(t), 'Mailbox');
  const tryLock = () => {
    throw new Error('flock failed: errno 95');
  };
  assert.equal(
    await deliverToMbox({ path, name: './x' }, '', pieces('x\n'), { clock: quickClock(), tryLock }),
    undefined,
  );
  assert.equal(readFileSync(path, 'latin1'), 'x\n\n');
});

test("deliverToMbox: directory missing, or a device without room → deferred in qmail's words", async t => {
  const path = join(tempDir(t), 'no/such');
  const deps = { clock: quickClock() };
  assert.deepEqual(await deliverToMbox({ path, name: './no/such' }, '', pieces('x'), deps), {
    exit: 111,
    text: 'Unable to open ./no/such: no such file or directory. (#4.2.1)',
  });
  if (process.platform !== 'linux') return;
  const stop = await deliverToMbox({ path: '/dev/full', name: '/dev/full' }, 'From a\n', pieces('x'), deps);
  assert.match(stop?.text ?? '', /^Unable to write \/dev\/full: no space left on device\. \(#4\.3\.0\)/);
});

test('deliverToMbox: locked by another process → its lock is seen', {
  skip: process.platform !== 'linux',
}, async t => {
  const path = join(tempDir(t), 'Mailbox');
  const script = `
    import { openSync } from 'node:fs';
    import { tryLockExclusive } from ${JSON.stringify(new URL('../../../../core/lib/posix.ts', import.meta.url).href)};
    console.log(tryLockExclusive(openSync(${JSON.stringify(path)}, 'a')));
    process.stdin.resume();
  `;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  const stop = await deliverToMbox({ path, name: './Mailbox' }, '', pieces('x'), { clock: quickClock() });
  holder.stdin.end('\n');
  await once(holder, 'close');
  assert.match(stop?.text ?? '', /locked for 30 seconds/);
});
