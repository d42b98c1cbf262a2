// Copies the message on standard input to a file, which can be read more than once.
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** The file is temporary and is removed when the result is disposed of. @throws if the message cannot be read or written */
export async function keepMessage(stdin: Readable): Promise<{ readonly path: string } & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'waypost-'));
  const remove = () => rm(directory, { recursive: true, force: true });
  const path = join(directory, 'message');
  try {
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: remove };
}
