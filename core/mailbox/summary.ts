// What a message's row shows, from the first bytes of its file.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Person } from '../api/mail.ts';
import { parseDate } from './date.ts';
import { openFlags } from './file-start.ts';
import { decodeText, parseHeader, parsePeople } from './header.ts';
import { outline } from './outline.ts';
import { previewOf } from './preview.ts';

export interface Summary {
  readonly from: Person;
  /** The first few of the To field. */
  readonly to: readonly Person[];
  readonly subject: string;
  readonly preview: string;
  /** From the Date field; the file's time where that is missing or no date. */
  readonly dateMs: number;
  readonly sizeBytes: number;
  readonly attachments: boolean;
}

const firstReadBytes = 16 * 1024;
const secondReadBytes = 64 * 1024;
const maxPeople = 10;
const maxSubject = 500;

/** @param raw the file's first bytes @param file size and time of the whole file */
export function summarise(raw: Buffer, file: { sizeBytes: number; timeMs: number }): Summary {
  const header = parseHeader(raw);
  const found = outline(raw, header, raw.length >= file.sizeBytes);
  return {
    from: parsePeople([header.first('from') || header.first('sender') || header.first('return-path')], 1)[0] ?? {
      name: '',
      address: '',
    },
    to: parsePeople(header.all('to'), maxPeople),
    subject: decodeText(header.first('subject').slice(0, 4 * maxSubject)).slice(0, maxSubject),
    preview: found.text ? previewOf(found.text) : '',
    dateMs: parseDate(header.first('date')) ?? file.timeMs,
    sizeBytes: file.sizeBytes,
    attachments: found.attachments,
  };
}

/**
 * Reads as much of a message file as its row needs. Synchronous: a system call is a few microseconds, its way through
 * the thread pool a hundred; callers go through many files in slices.
 * @returns undefined when this is no file: a directory, a fifo
 * @throws Error of the operating system
 */
export function readSummary(path: string): Summary | undefined {
  const fd = openSync(path, openFlags);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) return undefined;
    const file = { sizeBytes: stat.size, timeMs: Math.floor(stat.mtimeMs) };
    const summary = summarise(readFirst(fd, Math.min(firstReadBytes, stat.size)), file);
    if (stat.size <= firstReadBytes || (summary.preview !== '' && summary.from.address !== '')) return summary;
    return summarise(readFirst(fd, Math.min(secondReadBytes, stat.size)), file);
  } finally {
    closeSync(fd);
  }
}

function readFirst(fd: number, length: number): Buffer {
  const raw = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(fd, raw, filled, length - filled, filled);
    if (count === 0) break;
    filled += count;
  }
  return raw.subarray(0, filled);
}
