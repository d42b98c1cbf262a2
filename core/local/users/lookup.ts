// Looks up a local part in users/cdb (qmail-lspawn's nughde_get): the exact assignment, then prefixes, longest first.
import type { CdbRecord } from '../../lib/disk/cdb.ts';
import { lowerAscii } from '../../message/address.ts';

/** A users/cdb in memory. Byte strings. */
export interface UserTable {
  /** Data by key; if a key occurs twice, the first counts. */
  readonly records: ReadonlyMap<string, string>;
  /** The last bytes of all prefixes. */
  readonly wild: string;
}

/** What was found. Byte strings. */
export interface UserRecord {
  /** `=joe` or `+joe-`: the beginning of the line in users/assign. */
  readonly line: string;
  /** Six strings separated by NULs. For a prefix, the rest of the address is appended to the last one. */
  readonly fields: string;
}

/** @throws Error if the record of wildcards is missing or a record cannot be read */
export function userTable(all: Iterable<CdbRecord>): UserTable {
  const records = new Map<string, string>();
  for (const { key, data } of all) {
    const name = text(key);
    if (!records.has(name)) records.set(name, text(data));
  }
  const wild = records.get('');
  if (wild === undefined) throw new Error('it has no record of wildcards');
  return { records, wild };
}

function text(raw: Uint8Array): string {
  return Buffer.from(raw.buffer, raw.byteOffset, raw.length).toString('latin1');
}

export function lookupUser({ records, wild }: UserTable, local: string): UserRecord | undefined {
  const lower = lowerAscii(local);
  const exact = records.get(`!${lower}\0`);
  if (exact !== undefined) return { line: `=${lower}`, fields: exact };
  for (let length = lower.length; length >= 0; length--) {
    if (length > 0 && !wild.includes(lower[length - 1] as string)) continue;
    const found = records.get(`!${lower.slice(0, length)}`);
    if (found !== undefined) return { line: `+${lower.slice(0, length)}`, fields: found + local.slice(length) };
  }
  return undefined;
}

/** The assignment `=name:`, ignoring prefixes. */
export function lookupExactly({ records }: UserTable, name: string): string | undefined {
  return records.get(`!${lowerAscii(name)}\0`);
}
