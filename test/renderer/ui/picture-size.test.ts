// How many pixels a picture has, read from its first bytes, whatever they are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pixelsOf } from '../../../renderer/ui/picture-size.ts';

const bytes = (...parts: (string | ArrayLike<number>)[]) =>
  Buffer.concat(parts.map(part => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const be32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
const le16 = (value: number) => [value & 255, value >>> 8];
const le24 = (value: number) => [...le16(value & 0xffff), value >>> 16];

const png = (width: number, height: number) =>
  bytes('\x89PNG\r\n\x1a\n', be32(13), 'IHDR', be32(width), be32(height), [8, 6, 0, 0, 0]);
const gif = (screen: number, left: number, picture: number, extension = '') =>
  bytes(
    'GIF89a',
    le16(screen),
    le16(screen),
    [0x80, 0, 0],
    [1, 2, 3, 4, 5, 6],
    extension,
    ',',
    le16(left),
    le16(0),
    le16(picture),
    le16(1),
  );
const chunk = (kind: string, body: readonly number[]) => bytes('RIFF', be32(0), 'WEBP', kind, be32(0), body);
const segment = (marker: number, length: number) =>
  bytes([0xff, marker, (length + 2) >> 8, (length + 2) & 255], 'x'.repeat(length));
const frame = [0xff, 0xc2, 0, 17, 8, 0x10, 0, 0x20, 1];

test('pixelsOf: pictures of all kinds → width × height', () => {
  const table: [what: string, raw: Buffer, pixels: number | undefined][] = [
    ['PNG', png(20_000, 30_000), 600_000_000],
    ['GIF, the screen is larger', gif(500, 0, 10), 250_000],
    ['GIF, its first picture is larger', gif(10, 5, 60_000), 600_050],
    ['GIF with a comment in front', gif(10, 0, 40, '!\xfe\x02hi\x03you\0'), 400],
    ['WebP, extended', chunk('VP8X', [0, 0, 0, 0, ...le24(69_999), ...le24(1)]), 140_000],
    ['WebP, lossy', chunk('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, ...le16(300), ...le16(200)]), 60_000],
    [
      'WebP, lossless',
      chunk('VP8L', [0x2f, ...le16((299 | (199 << 14)) & 0xffff), ...le16((299 | (199 << 14)) >>> 16)]),
      60_000,
    ],
    ['JPEG', bytes([0xff, 0xd8], segment(0xe0, 14), segment(0xc4, 5), [0xff], frame), 0x2001 * 0x1000],
    [
      'JPEG with a large profile',
      bytes([0xff, 0xd8], segment(0xe2, 65_000), segment(0xe1, 65_000), frame),
      0x2001 * 0x1000,
    ],
    ['JPEG that is cut off before it says so', bytes([0xff, 0xd8], segment(0xe2, 65_000)), undefined],
    ['nothing', bytes(''), undefined],
    ['SVG', bytes('<svg width="10" height="10">'), undefined],
    ['BMP', bytes('BM', be32(0)), undefined],
  ];
  for (const [what, raw, pixels] of table) assert.equal(pixelsOf(raw), pixels, what);
});

test('pixelsOf: any bytes behind any beginning → never throws, and ends', () => {
  const beginnings = [png(1, 1), gif(1, 1, 1), chunk('VP8X', []), chunk('VP8 ', []), bytes([0xff, 0xd8, 0xff])];
  fc.assert(
    fc.property(fc.constantFrom(...beginnings), fc.nat(40), fc.uint8Array({ maxLength: 300 }), (begin, cut, rest) => {
      const pixels = pixelsOf(Buffer.concat([begin.subarray(0, cut), rest]));
      assert.ok(pixels === undefined || pixels >= 0);
    }),
  );
});
