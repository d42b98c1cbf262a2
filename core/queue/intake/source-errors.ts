// Distinguishes errors of a message source from errors of our own disk.
import type { MessageSource } from '../../paper-path/shapes.ts';

/** The source of a message failed; `cause` is its error. */
export class SourceFailed extends Error {}

/** The same pieces; an error of the source is thrown as SourceFailed. */
export async function* withSourceErrors(source: MessageSource): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    throw new SourceFailed('the message source failed', { cause });
  }
}
