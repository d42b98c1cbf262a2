// One message on its way from the wire to the queue: decoded, counted, limited, and streamed with backpressure, so
// that a message of any size costs a fixed amount of memory.
import { PassThrough } from 'node:stream';
import type { MessageSource } from '../lib/paper-path.ts';
import { createHopCounter, maxHops } from './hops.ts';
import { createDataDecoder } from './smtp-data.ts';

/** Why a message will not be taken although its end came properly. */
type Objection = 'hops' | 'size';

/** The writing end is the connection, the reading end is the queue. */
export interface Intake {
  /** The message with its new first field; iteration throws when the message must not be queued. */
  readonly source: MessageSource;
  /** Takes bytes off the wire; answers where the message ended, if it did, or that the client sent a bare LF. */
  push(piece: Buffer): { readonly end: number | undefined; readonly bareLf: boolean };
  /** Calls back as soon as more bytes are welcome. */
  whenReady(callback: () => void): void;
  /** The message was received in full. After an objection this queues nothing. */
  end(): void;
  /** The message will not be completed, or nobody wants it: the source throws, further bytes are dropped. */
  abort(reason: string): void;
  readonly objection: Objection | undefined;
  /** The queue is slower than the client: nothing is read until it has caught up. */
  readonly full: boolean;
  /** Message bytes so far, LF line ends, without the new field. */
  readonly sizeBytes: number;
}

const bufferBytes = 128 * 1024;

/**
 * @param received the Received field to put first
 * @param maxBytes largest message, 0: no limit
 */
export function createIntake(received: string, maxBytes: number): Intake {
  const decoder = createDataDecoder();
  const hopCounter = createHopCounter();
  const pipe = new PassThrough({ highWaterMark: bufferBytes });
  let sizeBytes = 0;

  // The reader learns of a failure by iterating; without a listener one that has not begun yet would end the process.
  pipe.on('error', () => {});
  pipe.write(Buffer.from(received, 'latin1'));

  function abort(reason: string): void {
    if (!pipe.destroyed) pipe.destroy(new Error(reason));
  }

  // qmail names the hops first when both are wrong.
  function objection(): Objection | undefined {
    if (hopCounter.hops >= maxHops) return 'hops';
    return maxBytes > 0 && sizeBytes > maxBytes ? 'size' : undefined;
  }

  return {
    source: pipe,
    push(piece) {
      const { raw, end, bareLf } = decoder.push(piece);
      sizeBytes += raw.length;
      hopCounter.push(raw);
      if (objection()) abort('the message must not be queued');
      if (raw.length > 0 && !pipe.destroyed) pipe.write(raw);
      return { end, bareLf };
    },
    whenReady(callback) {
      if (pipe.destroyed || !pipe.writableNeedDrain) return callback();
      const go = (): void => {
        pipe.off('drain', go);
        pipe.off('close', go);
        callback();
      };
      pipe.once('drain', go);
      pipe.once('close', go);
    },
    end() {
      if (!pipe.destroyed) pipe.end();
    },
    abort,
    get full() {
      return !pipe.destroyed && pipe.writableNeedDrain;
    },
    get objection() {
      return objection();
    },
    get sizeBytes() {
      return sizeBytes;
    },
  };
}
