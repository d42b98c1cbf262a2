// failures/N: fields for the paragraphs of bounce/N, for delivery status notifications. It is Waypost's own file beside qmail's:
// each line is a JSON object with the message's birth (a number is used again), the offset of its paragraph, and the fields. A
// paragraph without fields was written by qmail-send.
import { closeSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { readWholeFile } from '../../lib/disk/read-whole-file.ts';
import { writeAllSync } from '../../lib/disk/write-all.ts';
import { errorCode } from '../../lib/user-error.ts';
import { type FailureFields, type FailureLine, failureFields, formatFields, parseLine } from './failure-fields.ts';
import { messageNumber, type QueueLayout } from './layout.ts';
import { openOwned } from './open-owned.ts';

/** Adds a line. Like its paragraph, the journal makes it durable. @throws when the disk refuses */
export function appendFailure(layout: QueueLayout, id: number, line: FailureLine): void {
  const fd = openOwned(layout.failures(id), 'a', 0o600);
  try {
    writeAllSync(fd, format(line));
  } finally {
    closeSync(fd);
  }
}

/** Makes the file agree with the journal, whatever a crash has left of it. @throws when the disk refuses */
export function restoreFailures(layout: QueueLayout, id: number, lines: readonly FailureLine[]): void {
  if (lines.length === 0) return;
  const byOffset = new Map<number, FailureLine>();
  for (const line of [...readNow(layout.failures(id)), ...lines]) byOffset.set(line.offset, line);
  const ofMessage = [...byOffset.values()].filter(({ bornSec }) => bornSec === lines[0]?.bornSec);
  const fd = openOwned(layout.failures(id), 'w', 0o600);
  try {
    writeAllSync(fd, Buffer.concat(ofMessage.sort((a, b) => a.offset - b.offset).map(format)));
  } finally {
    closeSync(fd);
  }
}

/** Removes files of messages that have no bounce: qmail-send has finished those. */
export function forgetOldFailures(layout: QueueLayout): void {
  const bouncing = new Set(readdirSync(layout.bounceDir));
  for (const name of readdirSync(layout.failuresDir)) {
    if (messageNumber(name) === undefined || !bouncing.has(name))
      rmSync(join(layout.failuresDir, name), { force: true });
  }
}

/** Reads the fields of paragraphs, which must be asked for in the order of bounce/N. */
export interface FailureReader {
  at(offset: number): Promise<FailureFields | undefined>;
  close(): Promise<void>;
}

/** Reads one line at a time: a message may have failed for very many recipients. */
export function readFailures(path: string, bornSec: number): FailureReader {
  const lines = parsedLines(path);
  let next: FailureLine | undefined;

  async function advance(): Promise<FailureLine | undefined> {
    for (let step = await lines.next(); !step.done; step = await lines.next())
      if (step.value.bornSec === bornSec) return step.value;
    return undefined;
  }

  return {
    async at(offset) {
      let found: FailureLine | undefined;
      next ??= await advance();
      // Of two lines for one offset the last counts: the paragraph of the first was not written.
      for (; next && next.offset <= offset; next = await advance()) if (next.offset === offset) found = next;
      return found && failureFields(found);
    },
    async close() {
      await lines.return(undefined);
    },
  };
}

async function* parsedLines(path: string): AsyncGenerator<FailureLine, undefined> {
  const file = await open(path).catch(unlessMissing);
  if (!file) return undefined;
  try {
    for await (const text of file.readLines({ encoding: 'latin1' })) yield* parse(text);
  } finally {
    await file.close();
  }
  return undefined;
}

function readNow(path: string): FailureLine[] {
  try {
    return readWholeFile(path).toString('latin1').split('\n').flatMap(parse);
  } catch (error) {
    return unlessMissing(error) ?? [];
  }
}

/** @throws any error but that the file is missing */
function unlessMissing(error: unknown): undefined {
  if (errorCode(error) !== 'ENOENT') throw error;
}

/** Starts with a line end, too, so that half a line that a crash has left stays separate. */
function format(line: FailureLine): Buffer {
  return Buffer.from(`\n${formatFields(line)}\n`, 'latin1');
}

function parse(text: string): FailureLine[] {
  const line = parseLine(text);
  return line ? [line] : [];
}
