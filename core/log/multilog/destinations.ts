// What the lines of a multilog are written to: its log directories, which rotate, and its status files. When the disk refuses, it
// waits and tries again.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { type LogFiles, openLogFiles } from './files.ts';
import type { DirectoryAction, Script, StatusAction } from './script.ts';

/** One call that returns a promise at a time. */
export interface Destinations {
  /** Whether the directory gets the current line. */
  select(action: DirectoryAction, selected: boolean): void;
  /** Hands bytes of the current line to the directories that are selected. */
  put(piece: Buffer): void;
  /** Hands a line to a status file. Earlier ones are overwritten before they could be read. */
  show(action: StatusAction, line: Buffer): void;
  /** Writes what was handed in. */
  flush(): Promise<void>;
  /** Starts new files instead of those that are not empty. */
  rotate(): Promise<void>;
  /** Closes the directories safely. */
  close(): Promise<void>;
}

export interface DestinationsDeps {
  readonly clock: Clock;
  /** Receives warnings, with line ends. */
  readonly err: (text: string) => void;
  /** Waits before a write that the disk refused is tried again. */
  readonly pause: () => Promise<void>;
}

interface Directory {
  readonly action: DirectoryAction;
  readonly files: LogFiles;
  selected: boolean;
  /** What is to be written. */
  pieces: Buffer[];
}

interface StatusFile {
  readonly path: string;
  readonly fd: number;
  /** What is to be written. */
  line: Buffer | undefined;
}

/** A status file is filled up to this many bytes. */
const statusBytes = 1001;
/** A file whose room is less than this is full at the next end of a line. */
const nearlyBytes = 2000;
const lf = 10;

/** @throws UserError (111) when a directory or a status file cannot be opened, or a directory is locked */
export function openDestinations({ actions }: Script, { clock, err, pause }: DestinationsDeps): Destinations {
  const directories = new Map<DirectoryAction, Directory>();
  const statusFiles = new Map<StatusAction, StatusFile>();
  for (const action of actions) {
    if (action.kind === 'directory') {
      directories.set(action, { action, files: openLogFiles({ ...action, clock }), selected: false, pieces: [] });
    } else if (action.kind === 'status') {
      const { path } = action;
      statusFiles.set(action, { path, fd: openStatus(path), line: undefined });
    }
  }

  async function patiently<T>(what: string, run: () => T): Promise<Awaited<T>> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        err(`multilog: warning: ${what}, pausing: ${reasonOf(error)}\n`);
        await pause();
      }
    }
  }

  async function writeStatus(file: StatusFile): Promise<void> {
    if (!file.line) return;
    const raw = Buffer.alloc(statusBytes, '\n');
    file.line.copy(raw);
    file.line = undefined;
    await patiently(`unable to write ${file.path}`, () => writeSync(file.fd, raw, 0, raw.length, 0));
  }

  /** Up to the size of a file, and not beyond the last line end when that is near. @returns how much was written */
  async function append(to: Directory, raw: Buffer): Promise<number> {
    const { sizeBytes, directory } = to.action;
    const { files } = to;
    if (files.sizeBytes >= sizeBytes) await rotateOne(to);
    let length = Math.min(raw.length, sizeBytes - files.sizeBytes);
    if (files.sizeBytes + length >= sizeBytes - nearlyBytes) {
      const end = raw.subarray(0, length).lastIndexOf(lf);
      if (end >= 0) length = end + 1;
    }
    const some = raw.subarray(0, length);
    const count = await patiently(`unable to write to ${directory}/current`, () => files.append(some));
    if (files.sizeBytes >= sizeBytes - nearlyBytes && some[count - 1] === lf) await rotateOne(to);
    return count;
  }

  function rotateOne({ files, action }: Directory): Promise<void> {
    return patiently(`unable to rotate ${action.directory}`, () => files.rotate());
  }

  return {
    select(action, selected) {
      const directory = directories.get(action);
      if (directory) directory.selected = selected;
    },
    put(piece) {
      for (const directory of directories.values()) if (directory.selected) directory.pieces.push(piece);
    },
    show(action, line) {
      const file = statusFiles.get(action);
      if (file) file.line = line;
    },
    async flush() {
      for (const file of statusFiles.values()) await writeStatus(file);
      for (const directory of directories.values()) {
        const raw = Buffer.concat(directory.pieces);
        directory.pieces = [];
        for (let at = 0; at < raw.length; ) at += await append(directory, raw.subarray(at));
      }
    },
    async rotate() {
      for (const directory of directories.values()) await rotateOne(directory);
    },
    async close() {
      for (const { files, action } of directories.values()) {
        await patiently(`unable to write ${action.directory}/current to disk`, () => files.close());
      }
      for (const { fd } of statusFiles.values()) closeSync(fd);
    },
  };
}

function openStatus(path: string): number {
  try {
    closeSync(openSync(path, 'a', 0o644));
    return openSync(path, 'r+');
  } catch (cause) {
    throw new UserError(`unable to create ${path}: ${reasonOf(cause)}`, { exitCode: 111, cause });
  }
}
