// control/loghashes: the hash of a message for the log, which shows later whether the message was changed.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { MessageSource } from '../../paper-path/shapes.ts';

const lineEnd = 10;

/**
 * SHA-256, in hexadecimal digits, of a message file without its first line: of what was handed to the queue, byte for byte.
 * @param raw the whole file, if it is in memory @returns undefined when the file cannot be read
 */
export async function hashOfMessage(path: string, raw: Uint8Array | undefined): Promise<string | undefined> {
  const hash = createHash('sha256');
  let inFirstLine = true;
  try {
    for await (const piece of raw ? [raw] : (createReadStream(path) as MessageSource)) {
      const end = inFirstLine ? piece.indexOf(lineEnd) : -1;
      if (inFirstLine && end < 0) continue;
      hash.update(piece.subarray(end + 1));
      inFirstLine = false;
    }
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}
