// The tray's icon is drawn as a PNG whose shape tells each state.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import { paint, shapes } from '../../../../main/electron/tray/icon-pixels.ts';
import { encodePng } from '../../../../main/electron/tray/png.ts';

test('encodePng: pixels → a PNG whose chunks hold them', () => {
  const rgba = Uint8Array.from({ length: 3 * 2 * 4 }, (_, index) => index * 7);
  const png = encodePng(rgba, 3, 2);
  assert.equal(png.toString('latin1', 0, 8), '\x89PNG\r\n\x1a\n');
  assert.equal(png.toString('latin1', 12, 16), 'IHDR');
  assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20), png[24], png[25]], [3, 2, 8, 6]);
  const length = png.readUInt32BE(33);
  assert.equal(png.toString('latin1', 37, 41), 'IDAT');
  const rows = inflateSync(png.subarray(41, 41 + length));
  assert.deepEqual(rows, Buffer.concat([Buffer.from([0]), rgba.slice(0, 12), Buffer.from([0]), rgba.slice(12)]));
  // The end chunk and its checksum never change.
  assert.equal(png.subarray(-12).toString('hex'), '0000000049454e44ae426082');
});

/** How much of the icon is not transparent, and where the mark sits. */
function coverage(rgba: Uint8Array, side: number, from: number): number {
  let sum = 0;
  for (let y = from; y < side; y += 1) for (let x = from; x < side; x += 1) sum += rgba[(y * side + x) * 4 + 3] ?? 0;
  return sum;
}

test('icon: states → differ in shape, at every size, in colour and as a template', () => {
  for (const side of [16, 24, 32, 128]) {
    for (const template of [false, true]) {
      const [none, unread, problem] = (['none', 'unread', 'problem'] as const).map(mark =>
        paint(shapes(mark, template), side),
      ) as [Uint8Array, Uint8Array, Uint8Array];
      const corner = Math.ceil(side * 0.55);
      assert.ok(coverage(unread, side, corner) > 2 * coverage(none, side, corner), `${side} ${template}`);
      assert.notDeepEqual(problem, unread, `${side} ${template}`);
      if (template) assert.ok(coverage(problem, side, corner) < coverage(unread, side, corner));
      if (template) assert.ok(problem.every((value, index) => index % 4 === 3 || value === 0));
    }
  }
});
