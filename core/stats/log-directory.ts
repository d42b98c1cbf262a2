// The host's own logs, kept as multilog keeps them (see multilog/files.ts), and how they are read again.
import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { formatTai64n, parseTai64n } from '../lib/tai64n.ts';
import { errorCode } from '../lib/user-error.ts';
import { finishedFiles, openLogFiles } from './multilog/files.ts';

const fullBytes = 4 * 1024 * 1024;
const keptFiles = 10;

/** One open log directory. Lines are gathered for one turn of the event loop and then written together. */
export interface LogDirectory {
  readonly line: LogLine;
  /** Writes what was gathered. */
  flush(): void;
  close(): Promise<void>;
}

/**
 * Opens (and makes) a log directory.
 * @param options `fullBytes`: how large a file grows; `files`: with so many finished ones the oldest goes
 * @throws UserError when it cannot be made, or another program writes to it
 */
export function openLogDirectory(
  directory: string,
  clock: Clock,
  options: { readonly fullBytes?: number; readonly files?: number } = {},
): LogDirectory {
  mkdirSync(dirname(directory), { recursive: true, mode: 0o700 });
  const files = openLogFiles({ directory, clock, files: options.files ?? keptFiles });
  const full = options.fullBytes ?? fullBytes;
  let gathered = '';
  let asked = false;
  let rotating: Promise<void> | undefined;

  function flush(): void {
    asked = false;
    if (gathered === '') return;
    const raw = Buffer.from(gathered, 'latin1');
    gathered = '';
    try {
      for (let at = 0; at < raw.length; ) at += files.append(raw.subarray(at));
    } catch {
      // A full disk must not stop the mail: these lines are lost, the next ones may get through.
    }
    if (files.sizeBytes > full) rotating ??= rotate();
  }

  /** The old file is synced while lines go into the new one. What fails now is tried again with the next line. */
  async function rotate(): Promise<void> {
    await files.rotate().catch(() => undefined);
    rotating = undefined;
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
      await rotating;
      // Then the next start sees a log that was not closed: all of its lines are there.
      await files.close().catch(() => undefined);
    },
  };
}

/** The stamped lines written since a time, oldest first. Lines without a stamp are left out. */
export function* readLogSince(directory: string, sinceMs: number): Generator<{ atMs: number; text: string }> {
  for (const name of logFiles(directory)) {
    const endedMs = parseTai64n(name.slice(0, 25));
    if (endedMs !== undefined && endedMs < sinceMs) continue;
    for (const line of readLines(join(directory, name))) {
      const atMs = parseTai64n(line.slice(0, 25));
      if (atMs !== undefined && atMs >= sinceMs) yield { atMs, text: line.slice(26) };
    }
  }
}

/** The same in pieces, from files of any size, with turns of the event loop between them. */
export async function* readLogPieces(
  directory: string,
  sinceMs: number,
): AsyncGenerator<{ atMs: number; text: string }[]> {
  for (const name of logFiles(directory)) {
    const endedMs = parseTai64n(name.slice(0, 25));
    if (endedMs !== undefined && endedMs < sinceMs) continue;
    let held = '';
    for await (const piece of piecesOf(join(directory, name))) {
      const lines = (held + piece.toString('latin1')).split('\n');
      held = lines.pop() ?? '';
      yield lines.flatMap(line => {
        const atMs = parseTai64n(line.slice(0, 25));
        return atMs !== undefined && atMs >= sinceMs ? [{ atMs, text: line.slice(26) }] : [];
      });
    }
  }
}

/** A file that was removed or renamed meanwhile has no more lines: what it was renamed to was listed, or is no longer kept. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: 256 * 1024 });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

/** Names of all files with lines, oldest first. */
function logFiles(directory: string): string[] {
  try {
    return [...finishedFiles(directory), 'previous', 'current'];
  } catch {
    return [];
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    return [];
  }
}
