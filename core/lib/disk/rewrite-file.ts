// Replaces or removes a file that people keep: one that is closed to others, as one with a password should be, stays closed.
import { rmSync, statSync } from 'node:fs';
import { publish } from './durable.ts';

/**
 * @param raw undefined: the file is removed
 * @throws when the disk refuses; the old file is then intact
 */
export async function rewriteFile(path: string, raw: Uint8Array | undefined): Promise<void> {
  if (raw === undefined) return rmSync(path, { force: true });
  const { mode } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0o644 };
  await publish(path, raw, mode & 0o777);
}
