// Watches directories that are no mailboxes yet but may become some, or hold some.
import { type DirectoryWatch, watchDirectory } from '../files/watch.ts';

export interface CandidateWatches {
  /** Watches these directories, and no others. */
  set(paths: readonly string[]): void;
  has(path: string): boolean;
  close(): void;
}

const mostWatches = 200;

/** @param look called when something happened in one of them, or may have before it was watched */
export function createCandidateWatches(look: () => void): CandidateWatches {
  const watches = new Map<string, DirectoryWatch>();

  function watch(path: string): void {
    try {
      watches.set(path, watchDirectory(path, look));
      look();
    } catch {
      // The directory is gone, or there are too many watches. The poll finds its changes.
    }
  }

  return {
    set(paths) {
      const wanted = new Set(paths.slice(0, mostWatches));
      for (const [path, current] of watches) {
        if (wanted.has(path) && current.alive()) continue;
        current.close();
        watches.delete(path);
      }
      for (const path of wanted) if (!watches.has(path)) watch(path);
    },
    has: path => watches.has(path),
    close() {
      for (const current of watches.values()) current.close();
    },
  };
}
