// The transcripts of the last contacts: serial/NAME/sessions/<start of the contact in ms>.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publish } from '../../lib/disk/durable.ts';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';
import type { LogLine } from '../../lib/log.ts';
import { reasonOf } from '../../lib/user-error.ts';

const kept = 20;
const longest = 1024 * 1024;

export async function saveSession(directory: string, startMs: number, text: string, log: LogLine): Promise<void> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    await publish(join(directory, String(startMs)), Buffer.from(text), 0o600);
    const names = readdirSync(directory).filter(name => /^\d{1,15}$/.test(name));
    names.sort((a, b) => Number(b) - Number(a));
    for (const name of names.slice(kept)) rmSync(join(directory, name), { force: true });
  } catch (error) {
    log(`warning: unable to keep the transcript of a contact in ${directory}: ${reasonOf(error)}`);
  }
}

/** Null: it is not kept any more. */
export function readSession(directory: string, startMs: number): string | null {
  if (!Number.isSafeInteger(startMs) || startMs < 0) return null;
  try {
    return readRegularFile(join(directory, String(startMs)), longest)?.raw?.toString('utf8') ?? null;
  } catch {
    return null;
  }
}
