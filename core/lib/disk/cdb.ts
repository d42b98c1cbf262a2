// Constant databases on disk (cdb): 256 hash tables, two reads for a lookup, replaced as a whole. The format is djb's, so
// that files of qmail-newu, tcprules, setforward and others are read, and theirs read ours. All numbers are 32 bits,
// little endian: 2,048 bytes of (position, slots) for each table; records of (key length, data length, key, data); tables of
// (hash, position of the record), filled to one half, position 0 for an empty slot. cdb-writer.ts makes one.
import { fstatSync, readSync } from 'node:fs';

export const cdbTables = 256;
export const cdbPointersBytes = 8 * cdbTables;

/** djb's hash of a key: 32 bits. */
export function cdbHash(key: Uint8Array): number {
  let hash = 5381;
  for (const byte of key) hash = ((hash << 5) + hash) ^ byte;
  return hash >>> 0;
}

/** The file is not a database, or was cut off. */
export class CdbDamaged extends Error {}

/** Reads bytes of a database that are known to exist. */
type ReadAt = (position: number, bytes: number) => Uint8Array;

/** An open database. Its methods throw CdbDamaged when the file is malformed, and errors of the file system. */
export interface Cdb {
  /** The data of the first record with this key; undefined: there is none. */
  get(key: Uint8Array): Uint8Array | undefined;
  /** The data of all records with this key, in the order in which they were added. */
  all(key: Uint8Array): Generator<Uint8Array, undefined>;
  /** All records, in the order in which they were added. */
  records(): Generator<CdbRecord>;
}

export interface CdbRecord {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
}

/** A database in memory. */
export function cdbInMemory(raw: Uint8Array): Cdb {
  return createCdb(raw.length, (position, bytes) => raw.subarray(position, position + bytes));
}

/** Whether all hash tables are there: they are at the end of the file, so they are lost first when it is cut off. */
export function hasAllTables(raw: Buffer): boolean {
  if (raw.length < cdbPointersBytes) return false;
  for (let at = 0; at < cdbPointersBytes; at += 8) {
    if (raw.readUInt32LE(at) + 8 * raw.readUInt32LE(at + 4) > raw.length) return false;
  }
  return true;
}

/** A database in an open file, which the caller closes. */
export function cdbInFile(fd: number): Cdb {
  return createCdb(fstatSync(fd).size, (position, bytes) => {
    const raw = Buffer.alloc(bytes);
    for (let got = 0; got < bytes; ) {
      const more = readSync(fd, raw, got, bytes - got, position + got);
      if (more === 0) throw new CdbDamaged('the database was cut off while it was read');
      got += more;
    }
    return raw;
  });
}

function createCdb(sizeBytes: number, readAt: ReadAt): Cdb {
  /** Checks sizes from a damaged file before memory is allocated. */
  function exactly(position: number, bytes: number): Buffer {
    if (position + bytes > sizeBytes) throw new CdbDamaged(`the database ends before byte ${position + bytes}`);
    const raw = readAt(position, bytes);
    return Buffer.from(raw.buffer, raw.byteOffset, bytes);
  }

  function* all(key: Uint8Array): Generator<Uint8Array, undefined> {
    const hash = cdbHash(key);
    const pointer = exactly((hash % cdbTables) * 8, 8);
    const [tableAt, slots] = [pointer.readUInt32LE(0), pointer.readUInt32LE(4)];
    for (let step = 0; step < slots; step++) {
      const slot = exactly(tableAt + (((hash >>> 8) + step) % slots) * 8, 8);
      const recordAt = slot.readUInt32LE(4);
      if (recordAt === 0) return;
      if (slot.readUInt32LE(0) !== hash) continue;
      const lengths = exactly(recordAt, 8);
      if (lengths.readUInt32LE(0) !== key.length) continue;
      if (!exactly(recordAt + 8, key.length).equals(key)) continue;
      yield exactly(recordAt + 8 + key.length, lengths.readUInt32LE(4));
    }
  }

  function* records(): Generator<CdbRecord> {
    const pointers = exactly(0, cdbPointersBytes);
    let endAt = pointers.readUInt32LE(0);
    for (let table = 1; table < cdbTables; table++) endAt = Math.min(endAt, pointers.readUInt32LE(table * 8));
    for (let at = cdbPointersBytes; at < endAt; ) {
      const lengths = exactly(at, 8);
      const [keyBytes, dataBytes] = [lengths.readUInt32LE(0), lengths.readUInt32LE(4)];
      if (at + 8 + keyBytes + dataBytes > endAt) throw new CdbDamaged(`a record at byte ${at} reaches into the tables`);
      yield { key: exactly(at + 8, keyBytes), data: exactly(at + 8 + keyBytes, dataBytes) };
      at += 8 + keyBytes + dataBytes;
    }
  }

  return {
    get: key => all(key).next().value,
    all,
    records,
  };
}
