// The lines written to a log directory from now on, while another process writes and rotates it.
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openToRead } from '../lib/disk/open-to-read.ts';
import { errorCode } from '../lib/user-error.ts';

export interface FollowedLog {
  /** The lines since the last call, without their stamps. */
  lines(): string[];
  close(): void;
}

const stampBytes = '@400000006565656565656565 '.length;
const pieceBytes = 64 * 1024;

/** @throws Error of the system when this process may not read the log; a log that does not exist yet is waited for */
export function followLog(directory: string): FollowedLog {
  const path = join(directory, 'current');
  let fd = open(path);
  let at = fd === undefined ? 0 : fstatSync(fd).size;
  let held = '';

  /** Reads what was appended to the open file; a file that was renamed meanwhile is read to its end. */
  function drain(): void {
    if (fd === undefined) return;
    const piece = Buffer.alloc(pieceBytes);
    for (;;) {
      const count = readSync(fd, piece, 0, pieceBytes, at);
      if (count === 0) return;
      at += count;
      held += piece.toString('latin1', 0, count);
    }
  }

  function isRenamed(): boolean {
    const now = statSync(path, { throwIfNoEntry: false });
    return now !== undefined && (fd === undefined || fstatSync(fd).ino !== now.ino);
  }

  return {
    lines() {
      const renamed = isRenamed();
      drain();
      if (renamed) {
        if (fd !== undefined) closeSync(fd);
        fd = open(path);
        at = 0;
        drain();
      }
      const lines = held.split('\n');
      held = lines.pop() ?? '';
      return lines.map(line => line.slice(stampBytes));
    },
    close() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function open(path: string): number | undefined {
  try {
    return openToRead(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
