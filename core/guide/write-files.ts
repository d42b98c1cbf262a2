// Writes what a trial has tried: the secret first, so that no line names one that is not there. Each file is replaced in one step.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { rewriteFile } from '../lib/disk/rewrite-file.ts';
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
    if (text !== undefined) mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
    await rewriteFile(full, text === undefined ? undefined : Buffer.from(text, 'latin1'));
  }
  return [...(secret ? [`secrets/${secret.name}`] : []), ...files.map(({ path }) => path)];
}
