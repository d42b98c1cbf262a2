import { readFileSync } from 'node:fs';
import { records } from './envelope-file.ts';
import type { QueueLayout } from './layout.ts';

/** The envelope sender in info/N. @throws when it cannot be read */
export function readSender(layout: QueueLayout, id: number): string {
  return records(readFileSync(layout.info(id)))[0]?.slice(1) ?? '';
}
