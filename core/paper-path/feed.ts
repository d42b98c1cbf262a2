// Writes a message to a program that reads it from a pipe.
import type { Writable } from 'node:stream';
import type { MessageSource } from './shapes.ts';

/**
 * Writes everything and closes the pipe. A program may end without reading all: the rest is then dropped, and its exit code
 * decides. @throws only an error of the source
 */
export async function feed(stdin: Writable, source: MessageSource): Promise<void> {
  let open = true;
  stdin.on('error', () => {
    open = false;
  });
  for await (const piece of source) {
    if (!open || stdin.destroyed) break;
    // A piece may be valid only until the next one is asked for.
    await new Promise(resolve => stdin.write(piece, resolve));
  }
  stdin.end();
}
