// Watches a directory. A watch can fail or miss events, so its users poll as well.
import { watch } from 'node:fs';
import { basename } from 'node:path';
import type { Dispose } from '../../lib/dispose.ts';
import { diskPath, nameText } from './disk-names.ts';

export interface DirectoryWatch {
  /** False once the watch has failed or its directory is gone. */
  alive(): boolean;
  readonly close: Dispose;
}

/**
 * @param onName gets the name that came, went or changed; null when the system does not say which, and when the watch ends
 * @throws Error of the operating system when the directory cannot be watched
 */
export function watchDirectory(path: string, onName: (name: string | null) => void): DirectoryWatch {
  let alive = true;
  const own = basename(path);
  const watcher = watch(diskPath(path), { persistent: false, encoding: 'buffer' }, (_kind, bytes) => {
    const name = bytes === null ? null : nameText(bytes);
    // On Linux the directory's own name means that it was moved or removed. A new directory of that name is not watched.
    if (name === own) end();
    else if (alive) onName(name);
  });
  function close(): void {
    if (!alive) return;
    alive = false;
    watcher.close();
  }
  function end(): void {
    if (!alive) return;
    close();
    onName(null);
  }
  watcher.on('error', end);
  return { alive: () => alive, close };
}
