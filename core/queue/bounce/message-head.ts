// The beginning of a message, for a notice that returns its header only.
import { readBeginning } from '../files/first-line.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { QueuedMessage } from '../store/queued-messages.ts';

/** Enough for the header of nearly every message; of a longer one the beginning is returned. */
const headBytes = 32 * 1024;

/** @param path mess/N */
export function readHead(path: string): Buffer {
  return readBeginning(path, headBytes);
}

/** Of a message that may not have a file. */
export function headOf(layout: QueueLayout, { id, store }: Pick<QueuedMessage, 'id' | 'store'>): Buffer {
  return store.raw ? Buffer.from(store.raw.subarray(0, headBytes)) : readHead(layout.mess(id));
}
