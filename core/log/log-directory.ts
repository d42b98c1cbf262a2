// The host's own logs: written as multilog writes them (see multilog/files.ts), kept for days (old-logs.ts), and read again.
import { createReadStream, mkdirSync, type ReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { Clock } from '../lib/clock.ts';
import { openToRead } from '../lib/disk/open-to-read.ts';
import { readWholeFile } from '../lib/disk/read-whole-file.ts';
import type { LogLine } from '../lib/log.ts';
import { formatTai64n, parseTai64n } from '../lib/text/tai64n.ts';
import { errorCode, reasonOf, UserError } from '../lib/user-error.ts';
import { openLogFiles } from './multilog/files.ts';
import { compressedEnd, endedMs, finishedLogs, type KeptLogs, tendOldLogs } from './old-logs.ts';

const fullBytes = 4 * 1024 * 1024;
const pieceBytes = 256 * 1024;
/** This many finished files stay as they were written, however old they are. */
const plainFiles = 10;
/** Of a longer line, the rest is not read; of a larger file neither: this host writes none of either kind. */
const longestLine = 1024 * 1024;
const largestFile = 256 * 1024 * 1024;

export interface LogOptions {
  /** What is kept of older files; asked whenever a file is full. Undefined: none. */
  readonly keep?: () => KeptLogs;
  /** The size at which a file is full. */
  readonly fullBytes?: number;
  readonly plainFiles?: number;
}

/** One open log directory. Lines are collected for one turn of the event loop and then written together. */
export interface LogDirectory {
  readonly line: LogLine;
  /** Writes the collected lines. */
  flush(): void;
  close(): Promise<void>;
}

/**
 * Opens a log directory, and creates it if it does not exist.
 * @throws UserError when it cannot be opened, or another program writes to it
 */
export function openLogDirectory(directory: string, clock: Clock, options: LogOptions = {}): LogDirectory {
  makeParent(dirname(directory));
  const files = openLogFiles({ directory, clock, files: Number.POSITIVE_INFINITY });
  const full = options.fullBytes ?? fullBytes;
  let gathered = '';
  let asked = false;
  let rotating: Promise<void> | undefined;
  let tending: Promise<void> | undefined;
  let isToTend = false;
  let isClosing = false;

  tend();

  function flush(): void {
    asked = false;
    if (gathered === '') return;
    const raw = Buffer.from(gathered, 'latin1');
    gathered = '';
    try {
      for (let at = 0; at < raw.length; ) at += files.append(raw.subarray(at));
    } catch {
      // A full disk must not stop the mail: these lines are lost, later ones may be written again.
    }
    if (files.sizeBytes > full) rotating ??= rotate();
  }

  /** The old file is synced while lines go into the new one. A step that fails is repeated with the next line. */
  async function rotate(): Promise<void> {
    await files.rotate().catch(() => undefined);
    rotating = undefined;
    tend();
  }

  /** A step that fails is repeated when the next file is full. */
  function tend(): void {
    isToTend = true;
    tending ??= tendWhileThereIsMore().finally(() => {
      tending = undefined;
    });
  }

  async function tendWhileThereIsMore(): Promise<void> {
    while (isToTend && !isClosing) {
      isToTend = false;
      const keep = options.keep?.() ?? { days: 0, bytes: 0 };
      const plain = options.plainFiles ?? plainFiles;
      await tendOldLogs(directory, keep, plain, clock.nowMs(), () => !isClosing).catch(() => undefined);
    }
  }

  return {
    line(text) {
      gathered += `${formatTai64n(clock.nowMs())} ${text}\n`;
      if (asked) return;
      asked = true;
      setImmediate(flush);
    },
    flush,
    async close() {
      flush();
      isClosing = true;
      await rotating;
      await tending;
      // The next start then finds a log that was not closed, with all of its lines.
      await files.close().catch(() => undefined);
    },
  };
}

function makeParent(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new UserError(`unable to create directory ${directory}: ${reasonOf(cause)}`, { exitCode: 111, cause });
  }
}

/**
 * The stamped lines written since a time, oldest first, as far as uncompressed files go back: a start of the host reads them,
 * and must not take long. Lines without a stamp are left out.
 */
export function* readLogSince(directory: string, sinceMs: number): Generator<{ atMs: number; text: string }> {
  for (const name of logFiles(directory, sinceMs)) {
    if (name.endsWith(compressedEnd)) continue;
    for (const line of readLines(join(directory, name))) {
      const atMs = parseTai64n(line.slice(0, 25));
      if (atMs !== undefined && atMs >= sinceMs) yield { atMs, text: line.slice(26) };
    }
  }
}

/** The same from all files, in pieces, with turns of the event loop between them. */
export async function* readLogPieces(
  directory: string,
  sinceMs: number,
): AsyncGenerator<{ atMs: number; text: string }[]> {
  for (const name of logFiles(directory, sinceMs)) {
    let held = '';
    let bytes = 0;
    for await (const piece of piecesOf(join(directory, name))) {
      const lines = (held + piece.toString('latin1')).split('\n');
      held = (lines.pop() ?? '').slice(0, longestLine);
      yield lines.flatMap(line => {
        const atMs = parseTai64n(line.slice(0, 25));
        return atMs !== undefined && atMs >= sinceMs ? [{ atMs, text: line.slice(26) }] : [];
      });
      bytes += piece.length;
      if (bytes > largestFile) break;
    }
  }
}

/**
 * A file that was renamed meanwhile has no more lines: its new name is in the list too. It may also have been compressed or
 * removed.
 */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  if (path.endsWith(compressedEnd)) return yield* piecesOfCompressed(path);
  let isThere = false;
  try {
    for await (const piece of createReadStream(path, { fd: openToRead(path), highWaterMark: pieceBytes })) {
      isThere = true;
      yield piece;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    if (!isThere) yield* piecesOfCompressed(path + compressedEnd);
  }
}

/** Of a file that the disk has damaged: what comes before the damage. */
async function* piecesOfCompressed(path: string): AsyncGenerator<Buffer> {
  let file: ReadStream | undefined;
  try {
    file = createReadStream(path, { fd: openToRead(path) });
    const plain = createGunzip({ chunkSize: pieceBytes });
    file.on('error', error => plain.destroy(error));
    yield* file.pipe(plain);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && !errorCode(error)?.startsWith('Z_')) throw error;
  } finally {
    file?.destroy();
  }
}

/** Names of all files with lines since then, oldest first. */
function logFiles(directory: string, sinceMs: number): string[] {
  try {
    const finished = finishedLogs(directory).filter(name => (endedMs(name) ?? sinceMs) >= sinceMs);
    return [...finished, 'previous', 'current'];
  } catch {
    return [];
  }
}

function readLines(path: string): string[] {
  try {
    return readWholeFile(path).toString('latin1').split('\n');
  } catch {
    return [];
  }
}
