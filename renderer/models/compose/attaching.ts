// Files that the writer puts into a message: each is read, or said to be left out and why; one never drops the others.
import type { DraftFile } from '../../../core/api/compose.ts';

/** A file as the page hands it over. */
export interface LocalFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** @throws what the browser says when it cannot be read */
  base64(): Promise<string>;
}

export interface ReadFiles {
  readonly read: readonly DraftFile[];
  readonly left: readonly { readonly name: string; readonly why: 'too-large' | 'unreadable' }[];
}

/** The host takes frames of 64 MiB, and base64 makes three bytes four. */
const mostBytes = 40_000_000;

/** @param before the files that the message has */
export async function readFiles(files: readonly LocalFile[], before: readonly DraftFile[]): Promise<ReadFiles> {
  const read: DraftFile[] = [];
  const left: ReadFiles['left'][number][] = [];
  let room = mostBytes - filesBytes(before);
  for (const { name, type, size, base64 } of files) {
    if (size > room) {
      left.push({ name, why: 'too-large' });
      continue;
    }
    try {
      read.push({ name, type: type || 'application/octet-stream', base64: await base64() });
      room -= size;
    } catch {
      left.push({ name, why: 'unreadable' });
    }
  }
  return { read, left };
}

export function filesBytes(files: readonly DraftFile[]): number {
  return files.reduce((sum, file) => sum + (file.base64.length * 3) / 4, 0);
}
