// A message that a user's process sends to the host, piece by piece. Each piece must have been requested, because the user controls
// the process and could send any amount.
import { Readable } from 'node:stream';
import type { MessageSource } from '../../paper-path/shapes.ts';

/** The message ended early. */
export class StreamBroken extends Error {}

/** The host's end. All methods return whether the call is allowed now. */
export interface StreamedMessage {
  readonly source: MessageSource;
  piece(bytes: string): boolean;
  end(): boolean;
  /** The message ends early: the source throws StreamBroken. */
  broken(): boolean;
}

/** @param ask requests the next piece from the process */
export function createStreamedMessage(ask: () => void): StreamedMessage {
  let asked = false;
  let open = true;
  const source = new Readable({
    read() {
      asked = true;
      ask();
    },
  });
  source.on('error', () => {}); // the queue may have replied without reading it
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
