// multilog: reads lines, selects some, and writes them to log directories that rotate. When the disk refuses, it waits, and
// so does the program that writes the lines: no line is lost.
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import { formatTai64n } from '../../lib/text/tai64n.ts';
import { reasonOf, UserError } from '../../lib/user-error.ts';
import { type LogFiles, openLogFiles } from './files.ts';
import { matchesPattern } from './pattern.ts';
import type { Action, DirectoryAction, Script } from './script.ts';

/** What multilog is given to work with. */
export interface MultilogDeps {
  readonly clock: Clock;
  /** Receives the output of the action `e`, and warnings; with line ends. */
  readonly err: (text: string) => void;
  /** Waits before a write that the disk refused is tried again. */
  readonly pause: () => Promise<void>;
}

/** A running multilog. One call at a time. */
export interface Multilog {
  write(piece: Uint8Array): Promise<void>;
  /** The last line is complete. */
  readonly atLineStart: boolean;
  /** Starts new files instead of those that are not empty (SIGALRM). */
  rotate(): Promise<void>;
  /** Ends the last line if it is incomplete, and closes the directories safely. */
  close(): Promise<void>;
}

/** Actions see only this many bytes of a line, with its stamp. */
const seenBytes = 1000;
const toldBytes = 200;
/** A file whose room is less than this is full at the next end of a line. */
const nearlyBytes = 2000;
const lf = 10;

interface Target {
  readonly action: DirectoryAction;
  readonly files: LogFiles;
  selected: boolean;
  /** What is to be written. */
  pieces: Buffer[];
}

/** @throws UserError (111) when a directory or a status file cannot be opened, or a directory is locked */
export function startMultilog(script: Script, deps: MultilogDeps): Multilog {
  const { clock, err } = deps;
  const targets = new Map<Action, Target>();
  const statusFds = new Map<Action, number>();
  for (const action of script.actions) {
    if (action.kind === 'directory') {
      targets.set(action, { action, files: openLogFiles({ ...action, clock }), selected: false, pieces: [] });
    } else if (action.kind === 'status') statusFds.set(action, openStatus(action.path));
  }
  /** The start of a line that the actions have not seen yet; undefined: they have, and the rest goes where it belongs. */
  let head: Buffer | undefined = Buffer.alloc(0);
  let atLineStart = true;

  async function patiently<T>(what: string, run: () => T): Promise<Awaited<T>> {
    for (;;) {
      try {
        return await run();
      } catch (error) {
        err(`multilog: warning: ${what}, pausing: ${reasonOf(error)}\n`);
        await deps.pause();
      }
    }
  }

  function act(line: Buffer): void {
    const text = line.toString('latin1');
    let selected = true;
    for (const action of script.actions) {
      if (action.kind === 'select') selected ||= matchesPattern(action.pattern, text);
      else if (action.kind === 'deselect') selected &&= !matchesPattern(action.pattern, text);
      else if (action.kind === 'tell' && selected) tell(text);
      else if (action.kind === 'status' && selected) statuses.set(action, line);
      else if (action.kind === 'directory') (targets.get(action) as Target).selected = selected;
    }
  }

  function tell(text: string): void {
    err(text.length > toldBytes ? `${text.slice(0, toldBytes)}...\n` : `${text}\n`);
  }

  /** The last line for each status file: earlier ones are overwritten before they could be read. */
  const statuses = new Map<Action, Buffer>();

  function put(piece: Buffer): void {
    for (const target of targets.values()) if (target.selected) target.pieces.push(piece);
  }

  function takeSome(piece: Buffer): number {
    const end = piece.indexOf(lf);
    const length = end < 0 ? piece.length : end;
    if (!head) {
      put(piece.subarray(0, length));
      if (end < 0) return length;
      endLine();
      return length + 1;
    }
    if (atLineStart && script.stamps) head = Buffer.from(`${formatTai64n(clock.nowMs())} `);
    const some = piece.subarray(0, Math.min(length, seenBytes - head.length));
    head = Buffer.concat([head, some]);
    atLineStart = false;
    if (some.length < length || head.length === seenBytes) {
      finishHead(head);
      return some.length;
    }
    if (end < 0) return length;
    finishHead(head);
    endLine();
    return length + 1;
  }

  function finishHead(line: Buffer): void {
    act(line);
    put(line);
    head = undefined;
  }

  function endLine(): void {
    put(Buffer.from('\n'));
    head = Buffer.alloc(0);
    atLineStart = true;
  }

  async function flush(): Promise<void> {
    for (const [action, line] of statuses) {
      const raw = Buffer.alloc(seenBytes + 1, '\n');
      line.copy(raw);
      const fd = statusFds.get(action) as number;
      const path = action.kind === 'status' ? action.path : '';
      await patiently(`unable to write ${path}`, () => writeSync(fd, raw, 0, raw.length, 0));
    }
    statuses.clear();
    for (const target of targets.values()) {
      const raw = Buffer.concat(target.pieces);
      target.pieces = [];
      for (let at = 0; at < raw.length; ) at += await append(target, raw.subarray(at));
    }
  }

  /** Up to the size of a file, and not beyond the last line end when that is near. @returns how much was written */
  async function append(target: Target, raw: Buffer): Promise<number> {
    const { sizeBytes, directory } = target.action;
    const { files } = target;
    if (files.sizeBytes >= sizeBytes) await rotateOne(target);
    let length = Math.min(raw.length, sizeBytes - files.sizeBytes);
    if (files.sizeBytes + length >= sizeBytes - nearlyBytes) {
      const end = raw.subarray(0, length).lastIndexOf(lf);
      if (end >= 0) length = end + 1;
    }
    const some = raw.subarray(0, length);
    const count = await patiently(`unable to write to ${directory}/current`, () => files.append(some));
    if (files.sizeBytes >= sizeBytes - nearlyBytes && some[count - 1] === lf) await rotateOne(target);
    return count;
  }

  function rotateOne({ files, action }: Target): Promise<void> {
    return patiently(`unable to rotate ${action.directory}`, () => files.rotate());
  }

  return {
    get atLineStart() {
      return atLineStart;
    },
    async write(piece) {
      const raw = Buffer.from(piece);
      for (let at = 0; at < raw.length; ) at += takeSome(raw.subarray(at));
      await flush();
    },
    async rotate() {
      for (const target of targets.values()) await rotateOne(target);
    },
    async close() {
      if (head && !atLineStart) finishHead(head);
      if (!atLineStart) endLine();
      await flush();
      for (const { files, action } of targets.values()) {
        await patiently(`unable to write ${action.directory}/current to disk`, () => files.close());
      }
      for (const fd of statusFds.values()) closeSync(fd);
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
