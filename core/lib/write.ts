// Writing no faster than the other side reads.
import type { Writable } from 'node:stream';

/** Resolves when there is room for more, or nobody to take it. What is written to a destroyed stream is dropped. */
export function write(output: Writable, raw: Uint8Array): Promise<void> {
  if (output.destroyed || output.write(raw)) return Promise.resolve();
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
