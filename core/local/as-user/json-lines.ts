// What two processes say to each other over a pipe: JSON values, one a line. Node's own channel between processes throws in
// the host for a line that is no JSON, and keeps one that never ends; the other end of this one may be a user's.
import type { Duplex } from 'node:stream';

/** One end. */
export interface JsonLines {
  /** Nobody may be left to hear it. */
  say(words: unknown): void;
}

/** A message to very many recipients is still shorter. */
const longestLine = 64 * 1024 * 1024;

/** @param hear gets each value; undefined: what came was none, or without end, and nothing more will be heard */
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
