// Stores a message whose envelope comes after it (qmail-queue on fd 1, QMTP and QMQP behind the message): a small one in memory, a
// larger one in a temporary file that no other process can open, and that no crash leaves behind.
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, UserError } from '../lib/user-error.ts';
import type { MessageSource } from './shapes.ts';

/** A message that can be read again; disposing of it removes its temporary file. */
export interface Spooled extends AsyncDisposable {
  readonly message: MessageSource;
  readonly sizeBytes: number;
}

/** Memory that is shared with others. */
export interface MemorySupply {
  /** @returns false: there is not so much left */
  take(bytes: number): boolean;
  give(bytes: number): void;
}

const unlimited: MemorySupply = { take: () => true, give: () => {} };

const memoryBytes = 1024 * 1024;
const pieceBytes = 64 * 1024;

/**
 * Reads `source` to its end. Errors of the source are thrown as they are.
 * @param directory where a temporary file may be created
 * @param supply memory for the message; when it has none left the message goes into the file
 * @throws UserError (exit code 53) when the temporary file cannot be written
 */
export async function spoolMessage(
  source: MessageSource,
  directory: string,
  supply: MemorySupply = unlimited,
): Promise<Spooled> {
  let pieces: Uint8Array[] = [];
  let heldBytes = 0;
  let sizeBytes = 0;
  let file: TemporaryFile | undefined;

  function release(): void {
    supply.give(heldBytes);
    heldBytes = 0;
  }

  try {
    for await (const piece of source) {
      sizeBytes += piece.length;
      pieces.push(Buffer.from(piece));
      if (!file && sizeBytes <= memoryBytes && supply.take(piece.length)) {
        heldBytes += piece.length;
        continue;
      }
      file ??= await orWriteError(openTemporary(directory));
      await orWriteError(file.handle.appendFile(Buffer.concat(pieces))); // Unlike write() it writes all, or fails.
      pieces = [];
      release();
    }
  } catch (error) {
    release();
    await file?.close();
    throw error;
  }
  if (!file) return { message: pieces, sizeBytes, [Symbol.asyncDispose]: async () => release() };
  return { message: contents(file.handle), sizeBytes, [Symbol.asyncDispose]: file.close };
}

interface TemporaryFile {
  readonly handle: FileHandle;
  close(): Promise<void>;
}

async function openTemporary(parent: string): Promise<TemporaryFile> {
  const directory = await mkdtemp(join(parent, 'waypost-'));
  try {
    const handle = await open(join(directory, 'message'), 'wx+', 0o600);
    // Where an open file needs no name, the name is removed at once.
    if (process.platform !== 'win32') await rm(directory, { recursive: true, force: true });
    return {
      handle,
      async close() {
        await handle.close();
        await rm(directory, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

async function* contents(handle: FileHandle): AsyncGenerator<Uint8Array> {
  for (let at = 0; ; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(pieceBytes), 0, pieceBytes, at);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    at += bytesRead;
  }
}

async function orWriteError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new UserError(`Unable to keep the message in a temporary file: ${reasonOf(cause)}.`, { exitCode: 53, cause });
  }
}
