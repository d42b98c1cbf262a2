// Quotes a message for an mbox, as a stream: `>` before every line of the form `>*From `, and an LF at the end.
import type { MessageSource } from '../../paper-path/shapes.ts';

const from = Buffer.from('From ');
const lf = 10;
const gt = 62;

/**
 * Quotes a message for an mbox. Holds back at most four bytes, however long the lines are, because the added `>` may come after
 * those that the line has already.
 */
export async function* quoteForMbox(message: MessageSource): AsyncGenerator<Uint8Array, void, undefined> {
  let held: Uint8Array = new Uint8Array(); // the beginning of a `From ` that may need quoting
  let startsInPrefix = true; // what comes next is at a line's start, or after nothing but `>`
  let last = lf;
  for await (const piece of message) {
    if (piece.length === 0) continue;
    last = piece.at(-1) as number;
    const bytes =
      held.length > 0 ? Buffer.concat([held, piece]) : Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const out: Uint8Array[] = [];
    let written = 0;
    for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + from.length)) {
      if (!isPrefix(bytes, at, startsInPrefix)) continue;
      out.push(bytes.subarray(written, at), Uint8Array.of(gt));
      written = at;
    }
    const end = bytes.length - partialFrom(bytes);
    startsInPrefix = isPrefix(bytes, end, startsInPrefix);
    held = startsInPrefix ? Uint8Array.from(bytes.subarray(end)) : new Uint8Array(); // the piece itself does not last
    const rest = bytes.subarray(written, bytes.length - held.length);
    yield out.length === 0 ? rest : Buffer.concat([...out, rest]);
  }
  if (held.length > 0) yield held;
  if (last !== lf) yield Uint8Array.of(lf);
}

/** Whether there is nothing but `>` between the line's start and `at`. */
function isPrefix(bytes: Uint8Array, at: number, startsInPrefix: boolean): boolean {
  let before = at - 1;
  while (before >= 0 && bytes[before] === gt) before--;
  return before < 0 ? startsInPrefix : bytes[before] === lf;
}

/** How many bytes at the end may become a `From ` with what comes next. */
function partialFrom(bytes: Buffer): number {
  for (let length = from.length - 1; length > 0; length--) {
    if (bytes.subarray(-length).equals(from.subarray(0, length))) return length;
  }
  return 0;
}
