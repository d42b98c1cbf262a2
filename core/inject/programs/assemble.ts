// Joins a finished header and the rest of the input into the message for the queue.
import type { SplitMessage } from '../../message/header/split-message.ts';

const LF = 10;

/** Header, empty line and body; a last line without LF gets one. */
export async function* assemble(header: Buffer, input: SplitMessage): AsyncGenerator<Uint8Array> {
  yield input.hasBody ? Buffer.concat([header, Buffer.of(LF)]) : header;
  let last: number | undefined = LF;
  for await (const piece of input.body) {
    yield piece;
    last = piece.at(-1) ?? last;
  }
  if (last !== LF) yield Buffer.of(LF);
}
