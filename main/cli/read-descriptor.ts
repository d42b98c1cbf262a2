// A file descriptor that this process was started with, as a source of bytes.
import { read } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from '../../core/lib/user-error.ts';

const readSome = promisify(read);
const pieceBytes = 64 * 1024;
const notYetMs = 10;

/**
 * What is left of it, from where its file or pipe stands. It is read by hand: a stream would close the descriptor, whose
 * number the next file would then get, and would read ahead. When something made a pipe non-blocking, bytes that are not
 * there yet show as EAGAIN.
 */
export async function* piecesOfFd(fd: number): AsyncGenerator<Uint8Array> {
  for (;;) {
    const { bytesRead, buffer } = await readSome(fd, Buffer.alloc(pieceBytes), 0, pieceBytes, null).catch(
      (error: unknown) => {
        if (errorCode(error) === 'EAGAIN') return { bytesRead: -1, buffer: Buffer.alloc(0) };
        throw error;
      },
    );
    if (bytesRead === 0) return;
    if (bytesRead < 0) await setTimeout(notYetMs);
    else yield buffer.subarray(0, bytesRead);
  }
}
