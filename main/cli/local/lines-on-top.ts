// Adds lines on top of a message.
import type { MessageSource } from '../../../core/paper-path/shapes.ts';

/** @param head a byte string */
export async function* below(head: string, message: MessageSource): AsyncGenerator<Uint8Array> {
  yield Buffer.from(head, 'latin1');
  yield* message;
}
