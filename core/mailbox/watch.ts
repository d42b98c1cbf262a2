// Tells when something happens in a directory. Watches can fail or miss events, so whoever uses them polls as well.
import { type FSWatcher, watch } from 'node:fs';
import type { Dispose } from '../lib/dispose.ts';

export interface DirectoryWatch {
  /** False once the watch has failed or its directory is gone. */
  alive(): boolean;
  readonly close: Dispose;
}

/**
 * @param onName the name of what came, went or changed; null when the system does not say which
 * @throws Error of the operating system when the directory cannot be watched
 */
export function watchDirectory(path: string, onName: (name: string | null) => void): DirectoryWatch {
  let alive = true;
  const watcher: FSWatcher = watch(path, { persistent: false }, (_kind, name) => {
    if (alive) onName(name);
  });
  function close(): void {
    if (!alive) return;
    alive = false;
    watcher.close();
  }
  watcher.on('error', () => {
    close();
    onName(null);
  });
  return { alive: () => alive, close };
}
