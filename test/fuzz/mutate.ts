// Damaged and malicious variants of good files: bytes changed, cut out, doubled, moved, put in, or the end torn off.
import type { Random } from './random.ts';

/** Bytes that mean something in one of our formats. */
const telling = Buffer.from('\0\n\r\t :@%-=+.,&|/#!DTFup0179\xff\x80', 'latin1');
const mostChanges = 6;

/** One variant; now and then the bytes themselves. */
export function mutate(raw: Uint8Array, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(raw);
  for (let change = random.below(mostChanges + 1); change > 0; change--) bytes = changeOnce(bytes, random);
  return bytes;
}

function changeOnce(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const other = random.below(bytes.length + 1);
  const [from, to] = [Math.min(at, other), Math.max(at, other)];
  const byte = Buffer.from([random.below(2) === 0 ? random.pick([...telling]) : random.below(256)]);
  switch (random.below(7)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from)]);
    case 3:
      return bytes.subarray(0, at);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), Buffer.alloc(random.below(2000), byte), bytes.subarray(at)]);
    default:
      if (at < bytes.length) bytes[at] = byte[0] as number;
      return bytes;
  }
}
