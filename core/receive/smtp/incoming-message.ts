// One message on its way from the connection to the queue: decoded, counted, limited. A small one is handed over whole at its
// end; a large one is streamed with backpressure, so that a message of any size needs a fixed amount of memory.
import { PassThrough } from 'node:stream';
import type { MessageSource } from '../../paper-path/shapes.ts';
import { createHopCounter, maxHops } from '../hops.ts';
import { createDataDecoder } from './data.ts';

/** Why a message is refused although it is complete. */
type Objection = 'hops' | 'size';

/** The connection writes to it, the queue reads from it. */
export interface IncomingMessage {
  /** Takes input. @returns where the message ended, if it did, and whether the client sent a bare LF */
  push(piece: Buffer): { readonly end: number | undefined; readonly bareLf: boolean };
  /** Calls back as soon as there is room for more. */
  whenReady(callback: () => void): void;
  /** The message is complete. After an objection nothing is queued. */
  end(): void;
  /** The message will not be completed, or the queue does not want it: the source throws, further bytes are dropped. */
  abort(reason: string): void;
  readonly objection: Objection | undefined;
  /** The queue is slower than the client, which has to wait. */
  readonly full: boolean;
  /** Message bytes so far, LF line ends, without the new field. */
  readonly sizeBytes: number;
}

/** A message that grows larger than this, or comes in more pieces than that, is not held until its end. */
const smallBytes = 64 * 1024;
const fewPieces = 64;
const bufferBytes = 128 * 1024;

/**
 * @param received the Received field to put first
 * @param maxBytes largest message, 0: no limit
 * @param handOver gets the message with its new first field, unless there is an objection before that. Iteration throws when
 * the message must not be queued.
 */
export function createIncomingMessage(
  received: Buffer,
  maxBytes: number,
  handOver: (source: MessageSource) => void,
): IncomingMessage {
  const decoder = createDataDecoder();
  const hopCounter = createHopCounter();
  let sizeBytes = 0;
  /** Not handed over yet; undefined: it was, or it never will be. */
  let held: Buffer[] | undefined = [received];
  let pipe: PassThrough | undefined;

  function abort(reason: string): void {
    held = undefined;
    if (pipe && !pipe.destroyed) pipe.destroy(new Error(reason));
  }

  // qmail names the hops first when both are wrong.
  function objection(): Objection | undefined {
    if (hopCounter.hops >= maxHops) return 'hops';
    return maxBytes > 0 && sizeBytes > maxBytes ? 'size' : undefined;
  }

  function startStream(pieces: readonly Buffer[]): PassThrough {
    const stream = new PassThrough({ highWaterMark: bufferBytes });
    // The reader gets an error when it iterates; without a listener, one before that would end the process.
    stream.on('error', () => {});
    for (const piece of pieces) stream.write(piece);
    return stream;
  }

  function take(raw: Buffer): void {
    if (held) {
      held.push(raw);
      if (sizeBytes <= smallBytes && held.length <= fewPieces) return;
      pipe = startStream(held);
      held = undefined;
      handOver(pipe);
    } else if (pipe && !pipe.destroyed) pipe.write(raw);
  }

  return {
    push(piece) {
      const { raw, end, bareLf } = decoder.push(piece);
      sizeBytes += raw.length;
      hopCounter.push(raw);
      if (objection()) abort('the message must not be queued');
      if (raw.length > 0) take(raw);
      return { end, bareLf };
    },
    whenReady(callback) {
      const full = pipe;
      if (!full || full.destroyed || !full.writableNeedDrain) return callback();
      const go = (): void => {
        full.off('drain', go);
        full.off('close', go);
        callback();
      };
      full.once('drain', go);
      full.once('close', go);
    },
    end() {
      if (pipe && !pipe.destroyed) pipe.end();
      if (held) handOver(held);
      held = undefined;
    },
    abort,
    get full() {
      return pipe !== undefined && !pipe.destroyed && pipe.writableNeedDrain;
    },
    get objection() {
      return objection();
    },
    get sizeBytes() {
      return sizeBytes;
    },
  };
}
