// Reads a growing log and counts its lines: so the bench learns that deliveries ended without asking the host.
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The lines that count, as each mail server writes them. */
export interface LogPatterns {
  readonly success: RegExp;
  readonly problem: RegExp;
  /** A message left the queue. */
  readonly ended: RegExp;
}

/** qmail-send's log, which is Waypost's too. */
export const qmailLog: LogPatterns = {
  success: /delivery \d+: success: /,
  problem: /delivery \d+: (failure|deferral): |(^| )(alert|warning): /,
  ended: /(^| )end msg \d+$/,
};

export interface Progress {
  successes: number;
  ended: number;
  /** The first line that reports a problem. */
  problem: string | undefined;
  /** When the last line that counts was written (the file's mtime at that moment). */
  atMs: number;
}

export interface LogFollower {
  /** Reads on to the end of the file. */
  progress(): Readonly<Progress>;
  close(): void;
}

const pieceBytes = 256 * 1024;

/** Follows a file that may not exist yet, and may be renamed and created again, as by multilog. */
export function followLog(path: string, patterns: LogPatterns): LogFollower {
  const seen: Progress = { successes: 0, ended: 0, problem: undefined, atMs: 0 };
  const piece = Buffer.alloc(pieceBytes);
  let fd: number | undefined;
  let rest = '';

  function progress(): Readonly<Progress> {
    for (;;) {
      fd ??= openIfThere(path);
      if (fd === undefined) return seen;
      const inode = fstatSync(fd).ino;
      // Looked at before the last read: what was written before the renaming is read first.
      const renamed = statSync(path, { throwIfNoEntry: false })?.ino !== inode;
      readOn(fd);
      if (!renamed) return seen;
      closeSync(fd);
      fd = undefined;
      if (openable(path) === false) return seen;
    }
  }

  function readOn(from: number): void {
    for (let length = readSync(from, piece); length > 0; length = readSync(from, piece)) {
      const lines = (rest + piece.toString('latin1', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      if (lines.filter(count).length > 0) seen.atMs = fstatSync(from).mtimeMs;
    }
  }

  function count(line: string): boolean {
    if (patterns.success.test(line)) seen.successes++;
    else if (patterns.ended.test(line)) seen.ended++;
    else if (patterns.problem.test(line)) seen.problem ??= line;
    else return false;
    return true;
  }

  return {
    progress,
    close() {
      if (fd !== undefined) closeSync(fd);
      fd = undefined;
    },
  };
}

function openIfThere(path: string): number | undefined {
  return openable(path) ? openSync(path, 'r') : undefined;
}

function openable(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
