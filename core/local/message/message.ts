// A queued message as its delivery reads it: a small one at once into memory, a large one piece by piece, so that memory is bounded.
// All readers start at byte 0.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { syncIoLimitBytes } from '../sync-io-limit.ts';
import { messagePieces, readWhole } from './message-reader.ts';

/** One message, for one delivery. */
export interface Message {
  readonly sizeBytes: number;
  /** The whole message if it is small, else undefined. @throws MessageReadError */
  whole(): Uint8Array | undefined;
  /**
   * Its bytes, whatever its size. A piece is valid until the next one is requested.
   * @throws MessageReadError, also while iterating
   */
  pieces(): MessageSource;
  /**
   * The open file, for programs. It stays open until `close`, and no other delivery moves its offset.
   * @throws Error of the operating system if it cannot be opened
   */
  fd(): number;
  close(): void;
}

/** A message in an open file. */
export function messageInFile(fd: number, sizeBytes: number): Message {
  let known: Buffer | undefined;
  function whole(): Buffer | undefined {
    if (sizeBytes < syncIoLimitBytes) known ??= readWhole(fd, sizeBytes);
    return known;
  }
  return {
    sizeBytes,
    whole,
    pieces() {
      const raw = whole();
      return raw ? [raw] : messagePieces(fd);
    },
    fd: () => fd,
    close: () => closeSync(fd),
  };
}

/** A message in memory. @param path called only if a program reads the file */
export function messageInMemory(raw: Uint8Array, path: () => string): Message {
  let fd: number | undefined;
  return {
    sizeBytes: raw.length,
    whole: () => raw,
    pieces: () => [raw],
    fd() {
      fd ??= openSync(path(), constants.O_RDONLY);
      return fd;
    },
    close() {
      if (fd !== undefined) closeSync(fd);
    },
  };
}

/** Opens a message file; undefined: it is not a regular file. @throws Error of the operating system */
export function openMessage(path: string): Message | undefined {
  const fd = openSync(path, constants.O_RDONLY);
  const stat = fstatSync(fd);
  if (stat.isFile()) return messageInFile(fd, stat.size);
  closeSync(fd);
  return undefined;
}
