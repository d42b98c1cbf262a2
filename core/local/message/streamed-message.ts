// A message that a process of a user makes, as it comes in at the host: a piece at a time, each only when it was asked
// for, because whoever controls that process may send what they like.
import { Readable } from 'node:stream';
import type { MessageSource } from '../../paper-path/shapes.ts';

/** The message was not made to its end. */
export class StreamBroken extends Error {}

/** The host's end of it. All answer whether that may come now. */
export interface StreamedMessage {
  readonly source: MessageSource;
  piece(bytes: string): boolean;
  end(): boolean;
  /** There will be no more of it: the source throws StreamBroken. */
  broken(): boolean;
}

/** @param ask lets the process send the next piece */
export function createStreamedMessage(ask: () => void): StreamedMessage {
  let asked = false;
  let open = true;
  const source = new Readable({
    read() {
      asked = true;
      ask();
    },
  });
  source.on('error', () => {}); // the queue may have answered without reading it
  return {
    source,
    piece(bytes) {
      if (!asked || !open) return false;
      asked = false;
      source.push(Buffer.from(bytes, 'latin1'));
      return true;
    },
    end() {
      const was = open;
      open = false;
      if (was) source.push(null);
      return was;
    },
    broken() {
      const was = open;
      open = false;
      if (was) source.destroy(new StreamBroken());
      return was;
    },
  };
}
