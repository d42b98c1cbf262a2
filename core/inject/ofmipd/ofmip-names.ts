// Parses lines `address:name:sender:`, which define the names and addresses of senders for ofmipd (ofmipname).
import type { CdbRecord } from '../../lib/disk/cdb.ts';

/** The records of the database; comments and lines without three colons are ignored. Byte strings. */
export function readOfmipNames(text: string): CdbRecord[] {
  return text.split('\n').flatMap(line => {
    const [, key, name, address] = /^([^#:][^:]*|):([^:]*):([^:]*):/s.exec(line) ?? [];
    if (key === undefined) return [];
    return [{ key: Buffer.from(key, 'latin1'), data: Buffer.from(`${name}\0${address}`, 'latin1') }];
  });
}
