// The files of a log directory as multilog keeps them. `current` grows (mode 0644; 0744 once it was closed safely); a full
// one becomes `previous`, then `@<stamp>.s` with the time in the stamp; one left unfinished by a crash becomes `@<stamp>.u`.
// The program that writes holds a lock on `lock`. Every step can be repeated after it failed, and after a crash between any
// two.
import { spawn } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import { syncFile } from '../../lib/disk/file-sync.ts';
import { tryLockExclusive } from '../../lib/posix.ts';
import { formatTai64n } from '../../lib/text/tai64n.ts';
import { errorCode, reasonOf, UserError } from '../../lib/user-error.ts';

/** One open directory. A method throws when the disk refuses, and can then be called again. */
export interface LogFiles {
  /** Bytes in `current`. */
  readonly sizeBytes: number;
  /** Appends; @returns how many bytes were written. */
  append(raw: Uint8Array): number;
  /** Starts a new `current` unless it is empty, and finishes the old one. Appending may go on meanwhile. */
  rotate(): Promise<void>;
  /** From here on `current` is safely on the disk. Nothing can be appended any more. */
  close(): Promise<void>;
}

/** Another program writes to the directory. */
export class LogInUse extends UserError {}

export interface LogFilesOptions {
  readonly directory: string;
  /** When there are this many finished files, the oldest is removed. */
  readonly files: number;
  /** A command for sh that gets each full file on fd 0; its output is kept instead of the file. */
  readonly processor?: string | undefined;
  readonly clock: Clock;
}

// At a fifo that nobody reads, an open for writing fails instead of waiting.
const noWait = constants.O_NONBLOCK ?? 0;
const appendFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | noWait;
const emptyFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | noWait;
const openMode = 0o644;
const safeMode = 0o744;
const ownerMayRun = 0o100;

/** @throws UserError (111) when the directory cannot be used, or another program writes to it */
export function openLogFiles(options: LogFilesOptions): LogFiles {
  const { directory } = options;
  const path = (name: string) => join(directory, name);
  const lockFd = lockDirectory(directory);
  let current: { fd: number; sizeBytes: number };
  try {
    current = begin(options);
  } catch (error) {
    closeSync(lockFd);
    throw new UserError(`unable to write to ${path('current')}: ${reasonOf(error)}`, { exitCode: 111, cause: error });
  }
  /** The descriptor of `previous`. */
  let fullFd: number | undefined;

  async function finishFull(): Promise<void> {
    if (fullFd === undefined) return;
    await syncFile(fullFd);
    if (exists(path('previous'))) {
      chmodSync(path('previous'), safeMode);
      if (options.processor !== undefined) await runProcessor(directory, options.processor);
      else finish(options, 'previous', 's');
    }
    if (options.processor !== undefined) await finishProcessed(options);
    closeSync(fullFd);
    fullFd = undefined;
  }

  return {
    get sizeBytes() {
      return current.sizeBytes;
    },
    append(raw) {
      const count = writeSync(current.fd, raw);
      current.sizeBytes += count;
      return count;
    },
    async rotate() {
      await finishFull();
      if (current.sizeBytes === 0) return;
      const { fd } = current;
      // It is missing when only the step after this one failed the last time.
      if (exists(path('current'))) renameSync(path('current'), path('previous'));
      // If a step fails before the new file is open, `current.fd` is never the number of another file.
      current = { fd: openCurrent(path('current')), sizeBytes: 0 };
      fullFd = fd;
      await finishFull();
    },
    async close() {
      await finishFull();
      await syncFile(current.fd);
      fchmodSync(current.fd, safeMode);
      closeSync(current.fd);
      closeSync(lockFd);
    },
  };
}

function lockDirectory(directory: string): number {
  try {
    if (!exists(directory)) mkdirSync(directory, { mode: 0o700 });
    const fd = openSync(join(directory, 'lock'), appendFlags, 0o600);
    if (tryLockExclusive(fd)) return fd;
    closeSync(fd);
  } catch (cause) {
    throw new UserError(`unable to open directory ${directory}: ${reasonOf(cause)}`, { exitCode: 111, cause });
  }
  throw new LogInUse(`unable to lock directory ${directory}: another program writes to it`, { exitCode: 111 });
}

/** Continues a `current` that was closed safely, or finishes what a crash left and starts a new one. */
function begin(options: LogFilesOptions): { fd: number; sizeBytes: number } {
  const path = (name: string) => join(options.directory, name);
  if (modeOf(path('current')) & ownerMayRun) {
    const fd = openCurrent(path('current'));
    return { fd, sizeBytes: fstatSync(fd).size };
  }
  for (const name of ['state', 'newstate']) rmSync(path(name), { force: true });
  if (modeOf(path('processed')) & ownerMayRun) {
    rmSync(path('previous'), { force: true });
    finish(options, 'processed', 's');
  } else {
    rmSync(path('processed'), { force: true });
    finish(options, 'previous', 'u');
  }
  finish(options, 'current', 'u');
  closeSync(openSync(path('state'), emptyFlags, 0o644));
  return { fd: openCurrent(path('current')), sizeBytes: 0 };
}

function openCurrent(path: string): number {
  const fd = openSync(path, appendFlags, openMode);
  fchmodSync(fd, openMode);
  return fd;
}

/** Gives a file its final name. For a moment it has both names, and it always has one. */
function finish(options: LogFilesOptions, name: string, code: 's' | 'u'): void {
  const { directory, clock, files } = options;
  const path = join(directory, name);
  const state = statSync(path, { throwIfNoEntry: false });
  if (!state) return;
  if (state.nlink === 1) linkToStamp(path, directory, clock.nowMs(), code);
  unlinkSync(path);
  const finished = finishedFiles(directory);
  for (const old of finished.slice(0, Math.max(0, finished.length - files + 1))) {
    rmSync(join(directory, old), { force: true });
  }
}

function linkToStamp(path: string, directory: string, nowMs: number, code: string): void {
  for (let atMs = nowMs; ; atMs++) {
    try {
      linkSync(path, join(directory, `${formatTai64n(atMs)}.${code}`));
      return;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    }
  }
}

/** Names of finished files, oldest first. */
function finishedFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter(name => /^@[0-9a-f]{24}/.test(name))
    .sort();
}

/** @throws Error when the processor failed */
async function runProcessor(directory: string, processor: string): Promise<void> {
  const fds = [
    ['previous', 'r'] as const,
    ['processed', 'w'] as const,
    ['state', 'r'] as const,
    ['newstate', 'w'] as const,
  ].map(([name, how]) => openSync(join(directory, name), how, 0o644));
  const [previous, processed, state, newState] = fds;
  try {
    const child = spawn('/bin/sh', ['-c', processor], {
      cwd: directory,
      stdio: [previous, processed, 'inherit', 'ignore', state, newState],
    });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', resolve);
    });
    if (code !== 0)
      throw new Error(code === null ? `processor crashed: ${processor}` : `processor failed: ${processor}`);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

async function finishProcessed(options: LogFilesOptions): Promise<void> {
  const path = (name: string) => join(options.directory, name);
  for (const name of ['processed', 'newstate']) {
    if (!exists(path(name))) continue;
    const fd = openSync(path(name), 'a');
    try {
      await syncFile(fd);
      if (name === 'processed') fchmodSync(fd, safeMode);
    } finally {
      closeSync(fd);
    }
  }
  rmSync(path('previous'), { force: true });
  if (exists(path('newstate'))) renameSync(path('newstate'), path('state'));
  finish(options, 'processed', 's');
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function modeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
}
