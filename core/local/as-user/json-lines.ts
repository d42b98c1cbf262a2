// A connection between two processes: JSON values, one per line. Node's own IPC channel throws in the host for a line that is not
// JSON and has no limit for the length of a line; here a user may control the other end.
import type { Duplex } from 'node:stream';

/** One end. */
export interface JsonLines {
  /** Sends a value. If the other end is gone, it is lost. */
  say(words: unknown): void;
}

/** A message to as many recipients as a .qmail file may have is shorter. */
const longestLine = 8 * 1024 * 1024;

/** @param hear gets each value; undefined after invalid JSON or a line that is too long: then nothing more is read */
export function openJsonLines(stream: Duplex, hear: (words: unknown) => void): JsonLines {
  let line = '';
  let deaf = false;

  function take(text: string): void {
    const words = parsed(text);
    deaf = words === undefined;
    hear(words);
  }

  stream.setEncoding('utf8').on('data', (text: string) => {
    const [rest = '', ...more] = text.split('\n');
    line += rest;
    for (const next of more) {
      if (!deaf) take(line);
      line = next;
    }
    if (line.length > longestLine && !deaf) take('');
    if (deaf) line = '';
  });
  stream.on('error', () => {});
  return { say: words => void stream.write(`${JSON.stringify(words)}\n`) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
