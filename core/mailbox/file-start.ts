// Reads a file's first bytes, or all of them, without trusting what kind of file it is.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** For reading what may not be a file: opening a fifo must not wait for a writer. (Windows has no such flag.) */
export const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * @param atMost how many bytes to read
 * @throws Error of the operating system, or when the path is no file
 */
export async function readFileStart(path: string, atMost: number): Promise<{ raw: Buffer; sizeBytes: number }> {
  const file = await open(path, openFlags);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new Error('it is not a file');
    const raw = Buffer.alloc(Math.min(stat.size, atMost));
    let filled = 0;
    while (filled < raw.length) {
      const { bytesRead } = await file.read(raw, filled, raw.length - filled, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { raw: raw.subarray(0, filled), sizeBytes: stat.size };
  } finally {
    await file.close();
  }
}
