// The files that Waypost keeps beside qmail's, one for each message of which there is something to say: held/N, delayed/N, dsn/N. They
// are NUL-terminated records, the first of which is the first line of the message: the number may be used again, that line is not.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfThere } from '../../lib/disk/read-whole-file.ts';
import { records } from './envelope-file.ts';
import { firstLine } from './first-line.ts';
import { messageNumber, type QueueLayout } from './layout.ts';

const anyLength = Number.POSITIVE_INFINITY;

/**
 * The records behind the first line; none when there is no file, or it is of another message.
 * @throws when it is there and cannot be read
 */
export function readBeside(layout: QueueLayout, id: number, path: string): readonly string[] {
  const [line, ...rest] = records(readIfThere(path, anyLength) ?? Buffer.alloc(0));
  return line !== undefined && line === firstLine(layout, id) ? rest : [];
}

/** Removes the files of messages that are gone: another queue manager has finished those. */
export function forgetGone(layout: QueueLayout, directory: string): void {
  for (const name of readdirSync(directory)) {
    const id = messageNumber(name);
    if (id === undefined || firstLine(layout, id) === '') rmSync(join(directory, name), { force: true });
  }
}
