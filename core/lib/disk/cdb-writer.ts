// Builds a constant database (cdbmake): the bytes of the whole file from its records; cdb.ts has the format.
import { type CdbRecord, cdbHash, cdbPointersBytes, cdbTables } from './cdb.ts';

const longestBytes = 0xffff_ffff;

/**
 * The file of these records, in this order; a key may occur more than once.
 * @throws RangeError when it would be larger than 4 GB, the format's limit
 */
export function encodeCdb(records: Iterable<CdbRecord>): Buffer {
  const pieces: Uint8Array[] = [];
  const slots: { hash: number; at: number }[][] = Array.from({ length: cdbTables }, () => []);
  let at = cdbPointersBytes;
  for (const { key, data } of records) {
    const hash = cdbHash(key);
    slots[hash % cdbTables]?.push({ hash, at });
    pieces.push(pair(key.length, data.length), key, data);
    at += 8 + key.length + data.length;
  }
  const pointers: Buffer[] = [];
  for (const used of slots) {
    const count = 2 * used.length;
    pointers.push(pair(at, count));
    pieces.push(tableOf(used, count));
    at += 8 * count;
  }
  if (at > longestBytes) throw new RangeError('a cdb file cannot be larger than 4 GB');
  return Buffer.concat([...pointers, ...pieces]);
}

/** Open addressing, from `hash >> 8` on. */
function tableOf(used: readonly { hash: number; at: number }[], count: number): Buffer {
  const table = Buffer.alloc(8 * count);
  for (const { hash, at } of used) {
    let slot = (hash >>> 8) % count;
    while (table.readUInt32LE(8 * slot + 4) !== 0) slot = (slot + 1) % count;
    table.writeUInt32LE(hash, 8 * slot);
    table.writeUInt32LE(at, 8 * slot + 4);
  }
  return table;
}

function pair(first: number, second: number): Buffer {
  const raw = Buffer.alloc(8);
  raw.writeUInt32LE(first % 2 ** 32, 0);
  raw.writeUInt32LE(second % 2 ** 32, 4);
  return raw;
}
