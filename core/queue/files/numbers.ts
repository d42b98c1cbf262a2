// Message numbers. qmail's number of a message is the inode number of its file, so an empty file keeps each number:
// `pid/spare.<N>`. A small message that is delivered at once is in the journal and in memory only, and its number is used again
// without any work for the disk; a message that needs a file gets it by linking the spare one to mess/N: unlike rename(2),
// link(2) never replaces what another message has under that name.
import { closeSync, constants, fstatSync, linkSync, openSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { messageNumber, type QueueLayout } from './layout.ts';
import { tryUnlink } from './message-file.ts';
import { openOwned } from './open-owned.ts';

/** Hands out numbers that no other message of this queue has, no matter which process queues it. */
export interface Numbers {
  /** @throws when no file can be made, or after `close` */
  take(): number;
  /** A message with this number ended and never had a file: the number is free again. */
  give(id: number): void;
  /** Releases a number that no message got: its file is removed, unless it may belong to another process (after `close`). */
  drop(id: number): void;
  /** From now on no number is handed out. @param spares whether the spare files are kept for a recovery */
  close(spares: 'kept' | 'removed'): void;
}

/** More spare numbers than this are not kept. */
const mostSpare = 1000;

/**
 * Opens the numbers of a queue; spare files that a crash left are used again. The caller holds the queue's lock.
 * @param isTaken a message of the running host has this number
 */
export function openNumbers(layout: QueueLayout, isTaken: (id: number) => boolean): Numbers {
  const spare = sparesOnDisk(layout).filter(isFree);
  let made = 0;
  let closed = false;

  function make(): number {
    const path = join(layout.pidDir, `spare.new.${process.pid}.${made++}`);
    const fd = openOwned(path, 'wx', 0o644);
    const id = fstatSync(fd).ino;
    closeSync(fd);
    renameSync(path, sparePath(layout, id));
    return id;
  }

  /**
   * In a queue that was copied, a number may belong to a message whose file has another inode: such a number is not handed out.
   * Nor is that of a message without a file, after pid/ was emptied, and one that todo still names: the old envelope would be
   * taken for the new message's.
   */
  function isFree(id: number): boolean {
    return !isTaken(id) && !isThere(layout.mess(id)) && !isThere(layout.todo(id));
  }

  function makeFree(): number {
    for (;;) {
      const id = make();
      if (isFree(id)) return id;
    }
  }

  return {
    take() {
      if (closed) throw new Error('the queue is being stopped');
      for (let id = spare.shift(); id !== undefined; id = spare.shift()) if (isKept(layout, id)) return id;
      return makeFree();
    },
    give(id) {
      if (spare.length < mostSpare) spare.push(id);
      else tryUnlink(sparePath(layout, id));
    },
    drop(id) {
      if (!closed) tryUnlink(sparePath(layout, id));
    },
    close(spares) {
      closed = true;
      if (spares === 'removed') for (const id of sparesOnDisk(layout)) tryUnlink(sparePath(layout, id));
    },
  };
}

/** True for the names of spare files in pid/. */
export function isSpare(name: string): boolean {
  return /^spare\.\d+$/.test(name);
}

/** The file that keeps a number until its message needs it. */
export function sparePath(layout: QueueLayout, id: number): string {
  return join(layout.pidDir, `spare.${id}`);
}

/**
 * Gives a message its file: it is written under the spare name, and then complete at once under its own.
 * @throws when the disk refuses, or another message has a file of this number: that one stays
 */
export function writeMessageFile(layout: QueueLayout, id: number, raw: Uint8Array): void {
  if (isThere(layout.mess(id))) throw new Error(`another message has ${layout.mess(id)}`);
  const spare = sparePath(layout, id);
  const kept = isKept(layout, id);
  // pid/ was emptied: a file of this name does not keep the number.
  if (!kept) tryUnlink(spare);
  const fd = kept ? openSync(spare, constants.O_WRONLY | constants.O_TRUNC) : openOwned(spare, 'wx', 0o644);
  try {
    writeAllSync(fd, raw);
    publishSpare(layout, id);
  } catch (error) {
    // Its inode may equal the number by chance: if it stayed, it would be taken for one that keeps the number.
    if (!kept) tryUnlink(spare);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** The spare file becomes mess/N. @throws when the disk refuses, or another message has that name: both files stay */
export function publishSpare(layout: QueueLayout, id: number): void {
  const spare = sparePath(layout, id);
  linkSync(spare, layout.mess(id));
  tryUnlink(spare);
}

/** True when the spare file exists and has the inode that its name says. */
export function isKept(layout: QueueLayout, id: number): boolean {
  return statSync(sparePath(layout, id), { throwIfNoEntry: false })?.ino === id;
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The numbers that are kept. */
function sparesOnDisk(layout: QueueLayout): number[] {
  return readdirSync(layout.pidDir).flatMap(name => {
    const id = isSpare(name) ? messageNumber(name.slice('spare.'.length)) : undefined;
    return id !== undefined && isKept(layout, id) ? [id] : [];
  });
}
