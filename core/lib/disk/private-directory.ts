// A directory that only its owner can read.
import { chmodSync, mkdirSync } from 'node:fs';

/** Creates it if needed; an existing one is closed to other users. */
export function ensurePrivateDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  chmodSync(path, 0o700);
}
