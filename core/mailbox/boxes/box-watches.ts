// Watches a mailbox's directory and its new/ and cur/, and watches again when one of them was replaced.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LogLine } from '../../lib/log.ts';
import { errorCode, reasonOf } from '../../lib/user-error.ts';
import { diskPath } from '../files/disk-names.ts';
import type { Place } from '../files/names.ts';
import { type DirectoryWatch, watchDirectory } from '../files/watch.ts';

export interface BoxWatches {
  /** @returns whether another directory is watched than before */
  renew(): boolean;
  close(): void;
}

export interface BoxWatchesDeps {
  readonly directory: string;
  readonly log: LogLine;
  /** A file came, went or changed in new/ or cur/; null: any of them may have. */
  readonly onFile: (place: Place, name: string | null) => void;
  /** Something happened in the directory itself; null: anything. */
  readonly onDirectory: (name: string | null) => void;
}

export function createBoxWatches({ directory, log, onFile, onDirectory }: BoxWatchesDeps): BoxWatches {
  const watches = new Map<string, { watch: DirectoryWatch; identity: string }>();
  let closed = false;

  function watchPart(part: string, onName: (name: string | null) => void): boolean {
    const path = join(directory, part);
    const current = watches.get(part);
    try {
      const found = statSync(diskPath(path), { throwIfNoEntry: false, bigint: true });
      // A directory that was removed and created again may have the same inode.
      const identity = found && `${found.ino}.${found.birthtimeNs}`;
      if (current?.watch.alive() && current.identity === identity) return false;
      current?.watch.close();
      watches.delete(part);
      if (identity === undefined) return current !== undefined;
      watches.set(part, { watch: watchDirectory(path, onName), identity });
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      log(`warning: unable to watch ${path}, new mail is seen within a minute: ${reasonOf(error)}`);
      return false;
    }
  }

  function renew(): boolean {
    if (closed) return false;
    const renewed = [
      watchPart('', name => {
        if (name === null || name === 'new' || name === 'cur') {
          renew();
          onFile('new', null);
        }
        onDirectory(name);
      }),
      watchPart('new', name => fileIn('new', name)),
      watchPart('cur', name => fileIn('cur', name)),
    ];
    return renewed.includes(true);
  }

  function fileIn(place: Place, name: string | null): void {
    if (name === null) renew();
    onFile(place, name);
  }

  return {
    renew,
    close() {
      closed = true;
      for (const { watch } of watches.values()) watch.close();
    },
  };
}
