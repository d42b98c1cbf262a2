// Small files of state: written whole, so that a crash leaves the old one or the new one. What cannot be understood is put
// aside and said, never trusted and never removed.
import { renameSync } from 'node:fs';
import type { LogLine } from '../log.ts';
import { reasonOf } from '../user-error.ts';
import { publish } from './durable.ts';
import { readRegularFile } from './read-regular-file.ts';

/** In bytes; most are far smaller. */
const usualLongest = 4 * 1024 * 1024;

/** @param parse undefined: this is no such file. @returns undefined: there is none that can be used */
export function readSmallFile<Value>(
  path: string,
  parse: (text: string) => Value | undefined,
  log: LogLine,
  longestBytes = usualLongest,
): Value | undefined {
  try {
    const file = readRegularFile(path, longestBytes);
    if (!file) return undefined;
    const value = file.raw && parseQuietly(file.raw.toString('utf8'), parse);
    if (value !== undefined) return value;
    renameSync(path, `${path}.damaged`);
    log(`warning: ${path} is damaged; it is kept as ${path}.damaged, and a new one is begun`);
  } catch (error) {
    log(`warning: unable to read ${path}: ${reasonOf(error)}`);
  }
  return undefined;
}

function parseQuietly<Value>(text: string, parse: (text: string) => Value | undefined): Value | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}

export interface SmallFile {
  /** Writes it soon; of several texts the last, which alone is made: a person may mark thousands of messages at once. */
  save(text: () => string): void;
  /** Resolves when what was to be saved is on the disk, or was refused. */
  saved(): Promise<void>;
}

export function openSmallFile(path: string, log: LogLine): SmallFile {
  let next: (() => string) | undefined;
  let running: Promise<void> | undefined;

  async function write(): Promise<void> {
    while (next !== undefined) {
      const text = next;
      next = undefined;
      try {
        await publish(path, Buffer.from(text()), 0o600);
      } catch (error) {
        log(`warning: unable to write ${path}: ${reasonOf(error)}`);
      }
    }
    running = undefined;
  }

  return {
    save(text) {
      next = text;
      running ??= write();
    },
    saved: () => running ?? Promise.resolve(),
  };
}
