// mess/N: creates a message file under the number of its own inode, and makes its first line.
import { closeSync, existsSync, fstatSync, linkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, nowSec } from '../../lib/clock.ts';
import { formatDate822 } from '../../lib/text/date822.ts';
import { errorCode } from '../../lib/user-error.ts';
import type { Invoker, Refused } from '../../paper-path/shapes.ts';
import { refusal } from '../qq-codes.ts';
import type { QueueLayout } from './layout.ts';
import { openOwned } from './open-owned.ts';

/** An open, empty message file. */
export interface MessageFile {
  readonly id: number;
  readonly fd: number;
}

/** How many numbers are tried when one is taken, which happens only in a queue that was copied: its numbers are not inodes. */
const tries = 9;

/** Creates the file (S2). No other message of this process may have the same `qp`. */
export function openMessageFile(layout: QueueLayout, clock: Clock, qp: number): MessageFile | Refused {
  const taken: number[] = [];
  try {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const path = join(layout.pidDir, `${qp}.${nowSec(clock)}.${process.pid}.${attempt}`);
      const fd = openOwned(path, 'wx', 0o644);
      try {
        const id = fstatSync(fd).ino;
        // A power failure may have brought an old name back: that envelope would be taken for this message's.
        if (!existsSync(layout.todo(id)) && linkMessage(path, layout.mess(id))) return { id, fd };
        taken.push(fd); // Stays open, so that the next file gets another inode.
      } catch {
        taken.push(fd);
        return refusal(64);
      } finally {
        tryUnlink(path);
      }
    }
    return refusal(64);
  } catch {
    return refusal(63);
  } finally {
    for (const fd of taken) closeSync(fd);
  }
}

/** @returns false when another message has that name @throws when the disk refuses */
function linkMessage(path: string, mess: string): boolean {
  try {
    linkSync(path, mess);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** qmail-queue's own trace line, the first of every message file. */
export function receivedLine(qp: number, invoker: Invoker, atMs: number): Buffer {
  return Buffer.from(`Received: (qmail ${qp} invoked ${byWhom(invoker)}); ${formatDate822(atMs)}\n`);
}

function byWhom(invoker: Invoker): string {
  if (invoker === 'network') return 'from network';
  if (invoker === 'bounce') return 'for bounce';
  return invoker.as === 'alias' ? 'by alias' : `by uid ${invoker.uid}`;
}

export function uidOf(invoker: Invoker): number {
  return typeof invoker === 'object' ? invoker.uid : (process.getuid?.() ?? 0);
}

/** Removes a file of this process; if that fails, the cleanup removes it after 36 hours. */
export function tryUnlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // Left to the cleanup.
  }
}
