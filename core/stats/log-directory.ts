// A log as multilog keeps it: `current` grows with stamped lines, full files are kept as `@<stamp>.s`, the oldest are removed.
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import type { LogLine } from '../lib/log.ts';
import { formatTai64n, parseTai64n } from '../lib/tai64n.ts';

const fullBytes = 4 * 1024 * 1024;
const keptFiles = 10;

/** One open log directory. Lines are gathered for one turn of the event loop and then written together. */
export interface LogDirectory {
  readonly line: LogLine;
  /** Writes what was gathered. */
  flush(): void;
  close(): void;
}

/** Opens (and makes) a log directory. @throws when it cannot be made */
export function openLogDirectory(directory: string, clock: Clock): LogDirectory {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const current = join(directory, 'current');
  let fd = openSync(current, 'a', 0o600);
  let sizeBytes = fstatSync(fd).size;
  let gathered = '';
  let asked = false;

  function flush(): void {
    asked = false;
    if (gathered === '') return;
    const raw = Buffer.from(gathered, 'latin1');
    gathered = '';
    try {
      writeSync(fd, raw);
      sizeBytes += raw.length;
      if (sizeBytes > fullBytes) rotate();
    } catch {
      // A full disk must not stop the mail: these lines are lost, the next ones may get through.
    }
  }

  /** The old file is closed last: whatever fails before, `fd` never is the number of somebody else's file. */
  function rotate(): void {
    const full = fd;
    renameSync(current, join(directory, `${formatTai64n(clock.nowMs())}.s`));
    fd = openSync(current, 'a', 0o600);
    sizeBytes = 0;
    closeSync(full);
    for (const name of oldFiles(directory).slice(0, -keptFiles)) rmSync(join(directory, name), { force: true });
  }

  return {
    line(text) {
      gathered += `${formatTai64n(clock.nowMs())} ${text}\n`;
      if (asked) return;
      asked = true;
      setImmediate(flush);
    },
    flush,
    close() {
      flush();
      closeSync(fd);
    },
  };
}

/** The stamped lines written since a time, oldest first. Lines without a stamp are left out. */
export function* readLogSince(directory: string, sinceMs: number): Generator<{ atMs: number; text: string }> {
  for (const name of [...oldFiles(directory), 'current']) {
    const endedMs = parseTai64n(name.slice(0, 25));
    if (endedMs !== undefined && endedMs < sinceMs) continue;
    for (const line of readLines(join(directory, name))) {
      const atMs = parseTai64n(line.slice(0, 25));
      if (atMs !== undefined && atMs >= sinceMs) yield { atMs, text: line.slice(26) };
    }
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n');
  } catch {
    return [];
  }
}

function oldFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter(name => /^@[0-9a-f]{24}\.s$/.test(name))
      .sort();
  } catch {
    return [];
  }
}
