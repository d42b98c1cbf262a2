// Fetches a file from the host piece by piece.
import type { Toasts } from '../toasts.ts';
import { bytesOf } from './base64.ts';

/**
 * Each piece becomes a Blob, which the browser may keep on disk: a large file is never whole in the page's memory.
 * @returns undefined when a piece could not be fetched; a toast says why
 */
export async function fetchPieces(
  toasts: Pick<Toasts, 'failed'>,
  piece: (offset: number) => Promise<{ readonly base64: string; readonly sizeBytes: number }>,
): Promise<Blob | undefined> {
  try {
    const blobs: Blob[] = [];
    for (let offset = 0; ; ) {
      const { base64, sizeBytes } = await piece(offset);
      const bytes = bytesOf(base64);
      blobs.push(new Blob([bytes]));
      offset += bytes.length;
      if (bytes.length === 0 || offset >= sizeBytes) return new Blob(blobs);
    }
  } catch (error) {
    toasts.failed(error);
    return undefined;
  }
}
