// The envelope that programs give qmail-queue: read in any pieces, or refused with qmail's exit code (queue.md vector 8).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readEnvelopeRecords } from '../../../../core/inject/programs/envelope-records.ts';

function read(text: string) {
  return readEnvelopeRecords([Buffer.from(text, 'latin1')]);
}

test('envelope: malformed, cut short, too long → the exit code (queue.md vector 8)', async () => {
  const codes: readonly (readonly [string, number])[] = [
    ['', 54],
    ['Ta\0', 91],
    ['\0', 91],
    ['Fa\0Xb\0\0', 91],
    ['Fa\0Fb\0\0', 91],
    ['Fa\0Tb\0', 54],
    ['Fa@b', 54],
    ['F\0', 54],
    [`F${'x'.repeat(1003)}\0\0`, 11],
    [`F${'x'.repeat(1003)}`, 11],
    [`Fa\0T${'x'.repeat(1003)}\0\0`, 11],
  ];
  for (const [text, code] of codes) assert.deepEqual(await read(text), { ok: false, code }, JSON.stringify(text));
});

test('envelope: well-formed → sender and recipients, what follows is not read', async () => {
  const long = 'x'.repeat(1002);
  assert.deepEqual(await read('Fa@b\0\0'), { ok: true, envelope: { sender: 'a@b', recipients: [] } });
  assert.deepEqual(await read(`F\0T${long}\0Tc\xe9\0\0Xjunk`), {
    ok: true,
    envelope: { sender: '', recipients: [long, 'c\xe9'] },
  });
});

test('envelope: any addresses in any pieces → themselves', async () => {
  const address = fc.string({
    unit: fc.integer({ min: 1, max: 255 }).map(code => String.fromCharCode(code)),
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(address, fc.array(address), fc.integer({ min: 1, max: 9 }), async (sender, recipients, size) => {
      const raw = Buffer.from(`F${sender}\0${recipients.map(r => `T${r}\0`).join('')}\0`, 'latin1');
      const pieces = Array.from({ length: Math.ceil(raw.length / size) }, (_, i) =>
        raw.subarray(i * size, (i + 1) * size),
      );
      assert.deepEqual(await readEnvelopeRecords(pieces), { ok: true, envelope: { sender, recipients } });
    }),
  );
});

test('envelope: recipients without end → refused before memory is full', async () => {
  function* endless(): Generator<Uint8Array> {
    yield Buffer.from('Fa\0');
    const piece = Buffer.from(`T${'x'.repeat(999)}\0`.repeat(1000));
    for (;;) yield piece;
  }
  assert.deepEqual(await readEnvelopeRecords(endless()), { ok: false, code: 51 });
});
