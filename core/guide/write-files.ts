// Writes what a trial has tried: the secret first, so that no line names one that is not there. Each file is replaced in one step.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publish } from '../lib/disk/durable.ts';
import type { Secret } from '../login/secret.ts';
import { writeSecretFile } from '../login/secret-files.ts';
import type { PlannedFile } from './plan-files.ts';

/** @returns the paths below the home that were written or removed @throws the file system's error */
export async function writePlanned(
  home: string,
  files: readonly PlannedFile[],
  secret: { readonly name: string; readonly secret: Secret } | undefined,
): Promise<string[]> {
  if (secret) await writeSecretFile(home, secret.name, `${secret.secret.reveal()}\n`);
  for (const { path, text } of files) {
    const full = join(home, path);
    if (text === undefined) {
      rmSync(full, { force: true });
      continue;
    }
    mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
    await publish(full, Buffer.from(text, 'latin1'), modeOf(full));
  }
  return [...(secret ? [`secrets/${secret.name}`] : []), ...files.map(({ path }) => path)];
}

/** A file that is closed to others stays closed. */
function modeOf(path: string): number {
  return (statSync(path, { throwIfNoEntry: false })?.mode ?? 0o644) & 0o777;
}
