// Tells whose file mess/N is. A number is an inode number and is used again: after a crash the file of that name may be the message
// in the journal, what a power failure left of it, or another message.
import { statSync } from 'node:fs';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { readBeginning } from '../files/first-line.ts';
import type { QueueLayout } from '../files/layout.ts';
import type { Accepted } from '../journal/record.ts';

/** `torn`: it may be what is left of this message; `other`: it certainly is another one. */
export type FileState = 'whole' | 'missing' | 'torn' | 'other';

/** Enough for the start of every queued message: `Received: (qmail <qp> invoked …`. */
const beginningBytes = 64;

/** What mess/N is to the message that the journal has under this number. */
export function fileStateOf(layout: QueueLayout, { id, qp, raw, sizeBytes }: Accepted): FileState {
  const path = layout.mess(id);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 'missing';
  const beginning = readBeginning(path, beginningBytes);
  if (raw && stat.size === sizeBytes && readWholeFile(path).equals(raw)) return 'whole';
  if (!raw && stat.size === sizeBytes && hasNumber(beginning, qp)) return 'whole';
  if (beginning.every(byte => byte === 0)) return 'torn';
  const same = raw ? beginning.equals(raw.subarray(0, beginning.length)) : hasNumber(beginning, qp);
  return same ? 'torn' : 'other';
}

/** Whether the trace line names this `qp`; a file without such a line is taken for the message. */
function hasNumber(beginning: Buffer, qp: number): boolean {
  const found = /^Received: \(qmail (\d+) /.exec(beginning.toString('latin1'))?.[1];
  return found === undefined || Number(found) === qp;
}
