// Tells when something happens in a directory. Watches can fail or miss events, so whoever uses them polls as well.
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
 * @param onName the name of what came, went or changed; null when the system does not say which, and at the end of the watch
 * @throws Error of the operating system when the directory cannot be watched
 */
export function watchDirectory(path: string, onName: (name: string | null) => void): DirectoryWatch {
  let alive = true;
  const own = basename(path);
  const watcher = watch(diskPath(path), { persistent: false, encoding: 'buffer' }, (_kind, bytes) => {
    const name = bytes === null ? null : nameText(bytes);
    // Linux tells by its own name that the directory was moved or removed. Another one of that name is not watched by this.
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
