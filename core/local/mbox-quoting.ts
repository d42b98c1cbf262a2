// The bytes of a message as they stand in an mbox: `>` before every line of the form `>*From `, a last LF, as a stream.

const fromWord = Buffer.from('From ');
const lf = 10;
const gt = 62;

/** Quotes a message for an mbox. Holds back at most four bytes, whatever the length of the lines. */
export async function* quoteForMbox(message: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  let inPrefix = true; // at the line's start, or after nothing but `>`
  let held = 0; // bytes of `From ` seen after the prefix and not yet written
  let last = lf;
  for await (const piece of message) {
    const out: Uint8Array[] = [];
    for (let at = 0; at < piece.length; ) {
      if (!inPrefix) {
        const end = piece.indexOf(lf, at);
        const next = end < 0 ? piece.length : end + 1;
        out.push(piece.subarray(at, next));
        at = next;
        inPrefix = end >= 0;
        continue;
      }
      const byte = piece[at] as number;
      if (held === 0 && byte === gt) {
        out.push(piece.subarray(at, ++at));
      } else if (byte === fromWord[held]) {
        at++;
        held++;
        if (held < fromWord.length) continue;
        out.push(Buffer.from('>From ')); // one more `>` may follow the others as well as precede them
        held = 0;
        inPrefix = false;
      } else {
        out.push(fromWord.subarray(0, held));
        held = 0;
        inPrefix = false; // the byte itself is written by the other branch, also when it is the LF
      }
    }
    last = piece.at(-1) ?? last;
    yield Buffer.concat(out);
  }
  if (held > 0) yield fromWord.subarray(0, held);
  if (last !== lf) yield Uint8Array.of(lf);
}
