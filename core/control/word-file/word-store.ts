// The files of a directory of word files (control/links, control/fetch) as people edit them: read with a stamp, and replaced only while
// that stamp is still true.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { publishIf } from '../../lib/disk/durable.ts';
import { readRegularFile } from '../../lib/disk/read-regular-file.ts';

interface StoredFile {
  /** Null: there is no file, or it cannot be read. */
  readonly text: string | null;
  /** Changes with what is in the file; empty: there is none. */
  readonly stamp: string;
}

export interface WordStore {
  read(name: string): StoredFile;
  /** @returns false: the file is not the one with this stamp any more, and nothing was changed. @throws Error of the system */
  replace(name: string, text: string, stamp: string): Promise<boolean>;
  /** @throws Error of the system */
  remove(name: string): void;
}

/** @param longestBytes of a file; a longer one counts as one that cannot be read */
export function openWordStore(directory: string, longestBytes: number): WordStore {
  const pathOf = (name: string) => join(directory, name);

  function read(name: string): StoredFile {
    try {
      const file = readRegularFile(pathOf(name), longestBytes);
      if (!file) return { text: null, stamp: '' };
      if (file.raw) return { text: file.raw.toString('utf8'), stamp: stampOf(file.raw) };
    } catch {
      // As for a file that is too large: it is there, and may be replaced.
    }
    return { text: null, stamp: 'unreadable' };
  }

  return {
    read,
    async replace(name, text, stamp) {
      const isStill = () => read(name).stamp === stamp;
      if (!isStill()) return false;
      mkdirSync(directory, { recursive: true, mode: 0o755 });
      const temporary = join(directory, `.${name}.${randomBytes(4).toString('hex')}.tmp`);
      return publishIf(isStill, pathOf(name), Buffer.from(text), 0o644, temporary);
    },
    remove: name => rmSync(pathOf(name), { force: true }),
  };
}

function stampOf(raw: Uint8Array): string {
  return createHash('sha256').update(raw).digest('hex');
}
