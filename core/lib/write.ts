// Writing no faster than the other side reads.
import type { Writable } from 'node:stream';

/** Resolves when there is room for more, or the stream has closed. What is written to a destroyed stream is dropped. */
export function write(output: Writable, raw: Uint8Array): Promise<void> {
  return output.destroyed || output.write(raw) ? Promise.resolve() : roomIn(output);
}

/** Resolves when there is room for more again, or the stream has closed. */
export function roomIn(output: Writable): Promise<void> {
  return new Promise(resolve => {
    const go = (): void => {
      output.off('drain', go);
      output.off('close', go);
      resolve();
    };
    output.on('drain', go);
    output.on('close', go);
  });
}
