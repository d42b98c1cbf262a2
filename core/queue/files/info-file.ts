// info/N: the envelope sender, `F<sender>\0`; its mtime is the message's birth.
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { records } from './envelope-file.ts';
import type { QueueLayout } from './layout.ts';

/** The bytes of info/N. */
export function formatInfo(sender: string): Buffer {
  return Buffer.from(`F${sender}\0`, 'latin1');
}

/** The envelope sender in info/N. @throws when it cannot be read */
export function readSender(layout: QueueLayout, id: number): string {
  return records(readWholeFile(layout.info(id)))[0]?.slice(1) ?? '';
}
