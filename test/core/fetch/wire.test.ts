// The bytes of a connection: whatever the pieces that they come in.
import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { createWire } from '../../../core/fetch/wire.ts';
import { systemClock } from '../../../core/lib/clock.ts';
import { stuffed } from '../../support/pop3-peer.ts';

const letter = fc.constantFrom('.', '\n', '\r', 'a', '\0', '\xff');

test('body: any text in any pieces → the text without its dots, LF line ends, and the next line after it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(letter, { maxLength: 60 }),
      fc.array(fc.integer({ min: 1, max: 9 })),
      async (letters, cuts) => {
        // The server sends whole lines, each with CR LF.
        const text = `${letters.join('').replaceAll('\r\n', '\n')}\n`.replaceAll('\n', '\r\n');
        const sent = Buffer.from(`${stuffed(text)}.\r\n+OK next\r\n`, 'latin1');
        const [near, far] = duplexPair();
        const wire = createWire(near, 'server', systemClock);
        const reading = (async () => {
          const pieces: Uint8Array[] = [];
          for await (const piece of wire.body()) pieces.push(piece);
          return [Buffer.concat(pieces).toString('latin1'), await wire.line()];
        })();
        for (let at = 0, cut = 0; at < sent.length; cut++) {
          const end = at + (cuts[cut % Math.max(1, cuts.length)] ?? sent.length);
          far.write(sent.subarray(at, end));
          at = end;
          if (cut % 5 === 0) await new Promise(resolve => setImmediate(resolve));
        }
        assert.deepEqual(await reading, [text.replaceAll('\r\n', '\n'), '+OK next']);
        wire.close();
      },
    ),
  );
});

test('line: more than the limit without an end → refused', async () => {
  const [near, far] = duplexPair();
  const wire = createWire(near, 'server', systemClock);
  far.write('x'.repeat(3000));
  await assert.rejects(wire.line(), /server sends a line that does not end/);
});
