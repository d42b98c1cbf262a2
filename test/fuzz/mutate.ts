// Damaged and malicious variants of good files: bytes changed, cut out, doubled, moved, put in, or the end torn off.
import type { Random } from './amount.ts';

/** Bytes that mean something in one of our formats. */
const telling = Buffer.from('\0\n\r\t :@%-=+.,&|/#!DTFup0179\xff\x80', 'latin1');
const mostChanges = 6;

/** One variant; now and then the bytes themselves. */
export function mutate(raw: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(raw);
  for (let change = random(mostChanges + 1); change > 0; change--) bytes = changeOnce(bytes, random);
  return bytes;
}

function changeOnce(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const other = random(bytes.length + 1);
  const [from, to] = [Math.min(at, other), Math.max(at, other)];
  const byte = Buffer.from([random(2) === 0 ? (telling[random(telling.length)] as number) : random(256)]);
  switch (random(7)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random(2000), byte), bytes.subarray(at)]);
    default:
      if (at < bytes.length) bytes[at] = byte[0] as number;
      return bytes;
  }
}
