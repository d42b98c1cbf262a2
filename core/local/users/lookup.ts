// Looks a local part up in users/cdb (qmail-lspawn's nughde_get): the exact assignment, then prefixes, the longest first.
import type { Cdb } from '../../lib/cdb.ts';
import { lowerAscii } from '../../message/address.ts';

/** What was found. Byte strings. */
export interface UserRecord {
  /** `=joe` or `+joe-`, as the line in users/assign begins. */
  readonly line: string;
  /** Six strings with NULs between them: of a prefix's, the last goes on with the rest of the address. */
  readonly fields: string;
}

/** A users/cdb without its record of wildcards is not one. */
class NoWildcards extends Error {}

/** @throws CdbDamaged, NoWildcards, what the file system throws */
export function lookupUser(cdb: Cdb, local: string): UserRecord | undefined {
  const get = (key: string) => {
    const data = cdb.get(Buffer.from(key, 'latin1'));
    return data && Buffer.from(data).toString('latin1');
  };
  const wild = get('');
  if (wild === undefined) throw new NoWildcards('it has no record of wildcards');
  const lower = lowerAscii(local);
  const exact = get(`!${lower}\0`);
  if (exact !== undefined) return { line: `=${lower}`, fields: exact };
  for (let length = lower.length; length >= 0; length--) {
    if (length > 0 && !wild.includes(lower[length - 1] as string)) continue;
    const found = get(`!${lower.slice(0, length)}`);
    if (found !== undefined) return { line: `+${lower.slice(0, length)}`, fields: found + local.slice(length) };
  }
  return undefined;
}

/** The assignment `=name:`, and no prefix's. @throws as `lookupUser` */
export function lookupExactly(cdb: Cdb, name: string): string | undefined {
  const data = cdb.get(Buffer.from(`!${lowerAscii(name)}\0`, 'latin1'));
  return data && Buffer.from(data).toString('latin1');
}
