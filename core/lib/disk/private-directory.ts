// A directory that only its owner can look into.
import { chmodSync, mkdirSync } from 'node:fs';

/** Makes it if need be; one that is there already is closed to others. */
export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}
