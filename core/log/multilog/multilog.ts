// multilog: reads lines, selects some, and writes them to log directories that rotate. When the disk refuses, it waits, and
// so does the program that writes the lines: no line is lost.
import { formatTai64n } from '../../lib/text/tai64n.ts';
import { type DestinationsDeps, openDestinations } from './destinations.ts';
import { matchesPattern } from './pattern.ts';
import type { Script } from './script.ts';

/** What multilog is given to work with; `err` receives the output of the action `e` too. */
export type MultilogDeps = DestinationsDeps;

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
const lf = 10;

/** @throws UserError (111) when a directory or a status file cannot be opened, or a directory is locked */
export function startMultilog(script: Script, deps: MultilogDeps): Multilog {
  const { clock, err } = deps;
  const destinations = openDestinations(script, deps);
  /** The start of a line that the actions have not seen yet; undefined: they have, and the rest goes where it belongs. */
  let head: Buffer | undefined = Buffer.alloc(0);
  let atLineStart = true;

  function act(line: Buffer): void {
    const text = line.toString('latin1');
    let selected = true;
    for (const action of script.actions) {
      if (action.kind === 'select') selected ||= matchesPattern(action.pattern, text);
      else if (action.kind === 'deselect') selected &&= !matchesPattern(action.pattern, text);
      else if (action.kind === 'tell' && selected) err(toldOf(text));
      else if (action.kind === 'status' && selected) destinations.show(action, line);
      else if (action.kind === 'directory') destinations.select(action, selected);
    }
  }

  function takeSome(piece: Buffer): number {
    const end = piece.indexOf(lf);
    const length = end < 0 ? piece.length : end;
    if (!head) {
      destinations.put(piece.subarray(0, length));
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
    destinations.put(line);
    head = undefined;
  }

  function endLine(): void {
    destinations.put(Buffer.from('\n'));
    head = Buffer.alloc(0);
    atLineStart = true;
  }

  return {
    get atLineStart() {
      return atLineStart;
    },
    async write(piece) {
      const raw = Buffer.from(piece);
      for (let at = 0; at < raw.length; ) at += takeSome(raw.subarray(at));
      await destinations.flush();
    },
    rotate: destinations.rotate,
    async close() {
      if (head && !atLineStart) finishHead(head);
      if (!atLineStart) endLine();
      await destinations.flush();
      await destinations.close();
    },
  };
}

/** The start of a line, as the action `e` prints it. */
function toldOf(text: string): string {
  return text.length > toldBytes ? `${text.slice(0, toldBytes)}...\n` : `${text}\n`;
}
