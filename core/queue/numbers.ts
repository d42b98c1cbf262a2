// Message numbers. qmail's number of a message is the inode number of its file, so an empty file is kept for each number:
// `pid/spare.<N>`. A small message that is delivered at once lives in the journal and in memory only, and its number is
// used again without any work for the disk; a message that needs a file gets it by renaming the spare one to mess/N.
import {
  closeSync,
  constants,
  fstatSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { messageId, type QueueLayout } from './layout.ts';
import { tryUnlink, writeAll } from './message-file.ts';
import { openOwned } from './open-owned.ts';

/** Hands out numbers that no other message of this queue has, whoever makes it. */
export interface Numbers {
  /** @throws when no file can be made, or after `close` */
  take(): number;
  /** The message that had this number never had a file: the number is free again. */
  give(id: number): void;
  /** Lets a number go that no message got: its file is removed. After `close` that file may be another's. */
  drop(id: number): void;
  /** From now on no number is handed out. @param spares whether their files are kept for a recovery */
  close(spares: 'kept' | 'removed'): void;
}

/** More spare numbers than this are let go. */
const mostSpare = 1000;

/**
 * Opens the store of numbers; spare files that a crash left are used again. The caller holds the queue's lock.
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
   * In a queue that was copied, a number may be taken by a message whose file has another inode: such a number is kept back.
   * So is that of a message without a file, when somebody tidied pid/ up.
   */
  function isFree(id: number): boolean {
    return !isTaken(id) && !statSync(layout.mess(id), { throwIfNoEntry: false });
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

/** Gives a message its file: written under the spare name, then whole at once under its own. @throws when the disk refuses */
export function writeMessageFile(layout: QueueLayout, id: number, raw: Uint8Array): void {
  const spare = sparePath(layout, id);
  const kept = isKept(layout, id);
  const fd = kept ? openSync(spare, constants.O_WRONLY | constants.O_TRUNC) : openOwned(spare, 'w', 0o644);
  try {
    writeAll(fd, raw);
  } finally {
    closeSync(fd);
  }
  if (kept) {
    renameSync(spare, layout.mess(id));
  } else {
    // Somebody tidied pid/ up: the number was not kept, and another message may have it, which link(2) never replaces.
    linkSync(spare, layout.mess(id));
    unlinkSync(spare);
  }
}

/** True when the spare file is there and has the inode that its name says. */
function isKept(layout: QueueLayout, id: number): boolean {
  return statSync(sparePath(layout, id), { throwIfNoEntry: false })?.ino === id;
}

/** The numbers that are kept. */
function sparesOnDisk(layout: QueueLayout): number[] {
  return readdirSync(layout.pidDir).flatMap(name => {
    const id = isSpare(name) ? messageId(name.slice('spare.'.length)) : undefined;
    return id !== undefined && isKept(layout, id) ? [id] : [];
  });
}
