// The queued message as its delivery reads it: a small one in memory, in one go; a large one piece by piece from its
// file, so that a message of any size takes the same memory. Every reader starts at byte 0.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { syncIoLimitBytes } from '../sync-io-limit.ts';
import { messagePieces, readWhole } from './message-reader.ts';

/** One message, for one delivery. */
export interface Message {
  readonly sizeBytes: number;
  /** All of it if it is small, else undefined. @throws MessageReadError */
  whole(): Uint8Array | undefined;
  /**
   * Its bytes, whatever its size. A piece is good until the next one is asked for.
   * @throws MessageReadError, also while iterating
   */
  pieces(): MessageSource;
  /**
   * The open file, for programs; it stays open until `close`, and no other delivery moves its offset.
   * @throws Error of the operating system when it cannot be opened
   */
  fd(): number;
  close(): void;
}

/** A message whose file is open. */
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

/** A message that is in memory already. @param path asked for only when a program is to read the file */
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

/** Opens a message file; undefined: it is no regular file. @throws Error of the operating system */
export function openMessage(path: string): Message | undefined {
  const fd = openSync(path, constants.O_RDONLY);
  const stat = fstatSync(fd);
  if (stat.isFile()) return messageInFile(fd, stat.size);
  closeSync(fd);
  return undefined;
}
