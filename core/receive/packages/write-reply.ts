// Writes replies to a QMTP or QMQP client, no faster than it reads them.
import type { Writable } from 'node:stream';
import { EndOfInput } from '../../lib/net/netstring.ts';

/** @returns a function that resolves when there is room for more, and rejects with EndOfInput when the client is gone */
export function createReplyWriter(output: Writable): (raw: Buffer) => Promise<void> {
  return raw =>
    new Promise((resolve, reject) => {
      const gone = (): void => finish(() => reject(new EndOfInput('the client is gone')));
      const ready = (): void => finish(resolve);
      function finish(settle: () => void): void {
        output.off('drain', ready);
        output.off('close', gone);
        settle();
      }
      if (output.destroyed || !output.writable) return gone();
      if (output.write(raw)) return ready();
      output.once('drain', ready);
      output.once('close', gone);
    });
}
