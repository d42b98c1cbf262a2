// Reads from a picture's first bytes how many pixels it has: PNG (and APNG), JPEG, GIF and WebP. A file of some kilobytes can
// need gigabytes of memory.

/** @returns undefined for another format, or when the given bytes do not contain the size */
export function pixelsOf(raw: Uint8Array): number | undefined {
  const size = sizeIn(raw, new DataView(raw.buffer, raw.byteOffset, raw.byteLength));
  return size && size[0] * size[1];
}

type Size = readonly [width: number, height: number];

function sizeIn(raw: Uint8Array, view: DataView): Size | undefined {
  try {
    if (says(raw, 0, '\x89PNG\r\n\x1a\n') && says(raw, 12, 'IHDR')) return [view.getUint32(16), view.getUint32(20)];
    if (says(raw, 0, 'GIF8')) return gifSize(raw, view);
    if (says(raw, 0, 'RIFF') && says(raw, 8, 'WEBP')) return webpSize(raw, view);
    if (says(raw, 0, '\xff\xd8\xff')) return jpegSize(view);
    return undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined; // The bytes end before the size.
    throw error;
  }
}

function says(raw: Uint8Array, at: number, text: string): boolean {
  return [...text].every((char, i) => raw[at + i] === char.charCodeAt(0));
}

/** The screen's size, or that of the first picture if it is larger, as in browsers. */
function gifSize(raw: Uint8Array, view: DataView): Size {
  const screen: Size = [view.getUint16(6, true), view.getUint16(8, true)];
  const flags = view.getUint8(10);
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  while (view.getUint8(at) === 0x21) {
    for (at += 2; view.getUint8(at) > 0; ) at += 1 + view.getUint8(at);
    at++;
  }
  if (raw[at] !== 0x2c) return screen;
  const edge = (offset: number): number => view.getUint16(at + offset, true) + view.getUint16(at + offset + 4, true);
  return [Math.max(screen[0], edge(1)), Math.max(screen[1], edge(3))];
}

function webpSize(raw: Uint8Array, view: DataView): Size | undefined {
  if (says(raw, 12, 'VP8X')) return [1 + (view.getUint32(24, true) & 0xffffff), 1 + (view.getUint32(26, true) >>> 8)];
  if (says(raw, 12, 'VP8 ')) return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
  if (!says(raw, 12, 'VP8L')) return undefined;
  const bits = view.getUint32(21, true);
  return [1 + (bits & 0x3fff), 1 + ((bits >>> 14) & 0x3fff)];
}

/** The size in the frame's header. Others may come before it: a thumbnail, a colour profile. */
function jpegSize(view: DataView): Size {
  for (let at = 2; ; ) {
    while (view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0xff) at++;
    const marker = view.getUint16(at);
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && marker !== 0xffc4 && marker !== 0xffc8 && marker !== 0xffcc;
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    if (marker < 0xffc0) throw new RangeError('no marker');
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
}
